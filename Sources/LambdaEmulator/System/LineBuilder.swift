/// Puts a line of text together byte by byte; used where a line is written for every invocation.
struct LineBuilder {
    private(set) var bytes: [UInt8] = []

    init(reserving capacity: Int = 320) { bytes.reserveCapacity(capacity) }

    mutating func text(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func raw(_ raw: some Collection<UInt8>) { bytes.append(contentsOf: raw) }

    mutating func decimal(_ value: Int64) {
        guard value >= 10 || value < 0 else {
            bytes.append(0x30 + UInt8(value))
            return
        }
        text(String(value))
    }

    /// At least two digits.
    mutating func twoDigits(_ value: Int) {
        bytes.append(0x30 + UInt8(value / 10 % 10))
        bytes.append(0x30 + UInt8(value % 10))
    }

    /// Nanoseconds as milliseconds with two decimals: `1.23`.
    mutating func milliseconds(fromNs ns: Int64) {
        let hundredths = max(0, ns) / 10_000
        decimal(hundredths / 100)
        bytes.append(0x2E)
        twoDigits(Int(hundredths % 100))
    }

    /// What was put together; the builder is empty again.
    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    mutating func newline() { bytes.append(0x0A) }
}
