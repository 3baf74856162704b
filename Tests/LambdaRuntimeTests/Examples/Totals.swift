import LambdaCodable
import LambdaRuntime

struct Order: LambdaEvent, Decodable { let prices: [Int] }
struct Total: LambdaOutput, Encodable { let total: Int }

struct Totals: LambdaHandler {
    init(_ initialization: LambdaInitialization) {}

    func handle(_ order: Order, _ context: LambdaContext) -> Total {
        Total(total: order.prices.reduce(0, +))
    }
}
