internal import StrictJSON
import TextEncoding

/// One attribute of a message.
///
/// Source: "MessageAttributeValue" of the Amazon SQS API reference.
struct MessageAttribute: Sendable, Equatable {
    let name: String
    /// `String`, `Number` or `Binary`, maybe with a label behind a period.
    let type: String
    /// The text's UTF-8, or the bytes.
    let value: [UInt8]

    private static let countMax = 10
    private static let nameBytesMax = 256

    var isBinary: Bool { type.hasPrefix("Binary") }

    /// What it counts towards a message's size.
    var sizeBytes: Int { name.utf8.count + type.utf8.count + value.count }

    /// Reads `MessageAttributes`, or `MessageSystemAttributes`, of a request.
    static func read(_ value: JSONValue?) throws(SQSFault) -> [MessageAttribute] {
        guard let value, !value.isNull else { return [] }
        guard let members = value.object else { throw .invalidParameter("MessageAttributes") }
        guard members.count <= countMax else {
            throw .invalidValue("Number of message attributes [\(members.count)] exceeds 10.")
        }
        var attributes: [MessageAttribute] = []
        for member in members { attributes.append(try MessageAttribute(member)) }
        return attributes
    }

    /// Reads them as they were stored.
    static func read(stored bytes: [UInt8]?) -> [MessageAttribute] {
        guard let bytes else { return [] }
        let limits = JSONLimits(bytesMax: bytes.count, depthMax: 8)
        return (try? read(try StrictJSON.parse(bytes, limits: limits))) ?? []
    }

    private init(_ member: JSONMember) throws(SQSFault) {
        name = member.name
        guard name.utf8.count <= Self.nameBytesMax, Self.isName(name) else {
            throw .invalidValue("A message attribute's name is not valid.")
        }
        guard let type = member.value["DataType"]?.string,
            type.wholeMatch(of: /(String|Number|Binary)(\.[\x21-\x7E]{1,200})?/) != nil
        else {
            throw .invalidValue(
                "The message attribute '\(name)' must contain a DataType of String, Number or "
                    + "Binary.")
        }
        self.type = type
        let isBinary = type.hasPrefix("Binary")
        let text = member.value[isBinary ? "BinaryValue" : "StringValue"]?.string
        guard let text, let bytes = isBinary ? Base64.decode(text) : Array(text.utf8),
            !bytes.isEmpty
        else {
            throw .invalidValue(
                "The message attribute '\(name)' must contain a non-empty value of its DataType.")
        }
        guard !type.hasPrefix("Number") || JSONNumber(text: text) != nil || Double(text) != nil
        else {
            throw .invalidValue("The message attribute '\(name)' is not a number.")
        }
        value = bytes
    }

    private static func isName(_ name: String) -> Bool {
        name.wholeMatch(of: /[A-Za-z0-9_\-]+(\.[A-Za-z0-9_\-]+)*/) != nil
            && !["aws.", "amazon."].contains(where: name.lowercased().hasPrefix)
    }

    /// As the API has it.
    func write(to writer: inout JSONWriter) {
        writer.name(name)
        writer.beginObject()
        if isBinary {
            writer.member("BinaryValue", Base64.encode(value))
        } else {
            writer.member("StringValue", String(decoding: value, as: UTF8.self))
        }
        writer.member("DataType", type)
        writer.endObject()
    }

    /// All of them as one value; nil without any.
    static func bytes(of attributes: [MessageAttribute]) -> [UInt8]? {
        guard !attributes.isEmpty else { return nil }
        var writer = JSONWriter()
        writer.beginObject()
        for attribute in attributes { attribute.write(to: &writer) }
        writer.endObject()
        return writer.bytes
    }
}
