/// The emulator's own address in texts that are made before it is known.
enum LocalEndpoint {
    /// What stands in its place: a name that resolves nowhere.
    static let placeholder = "http://emulator.invalid"

    /// Puts the address in.
    static func resolve(_ text: String, port: UInt16) -> String {
        text.contains(placeholder)
            ? text.replacing(placeholder, with: "http://127.0.0.1:\(port)") : text
    }
}
