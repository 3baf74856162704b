/// Brings exact shares to whole steps whose sum is given, by the method of largest remainders.
///
/// Every share is rounded down; the steps that are still due go to the shares that lost most, among
/// equals to the earlier. No share moves by a whole step, and a share of zero stays zero.
///
/// - Parameters:
///   - shares: the exact shares, in units of 10⁻¹².
///   - quantum: one step, in the same units.
///   - total: the steps to hand out: the sum of the shares, rounded down or up to a step.
/// - Returns: the steps of each share; their sum is `total`.
func apportion(_ shares: [Int64], quantum: Int64, total: Int64) -> [Int64] {
    var steps: [Int64] = []
    var remainders: [Int64] = []
    var due = total
    for share in shares {
        let (floor, remainder) = share.flooredDivision(by: quantum)
        steps.append(floor)
        remainders.append(remainder)
        due -= floor
    }
    while due > 0 {
        var largest = 0
        for index in remainders.indices where remainders[index] > remainders[largest] {
            largest = index
        }
        steps[largest] += 1
        remainders[largest] = -1
        due -= 1
    }
    return steps
}
