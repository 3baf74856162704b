/// Whether two byte arrays are equal, in a time that does not depend on where they differ.
///
/// Arrays of different lengths are unequal at once: the lengths may be public.
package func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && OpenSSL.equalInConstantTime(left, right)
}
