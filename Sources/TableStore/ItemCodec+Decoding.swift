extension ItemCodec {
    /// Decodes an item.
    ///
    /// - Throws: `corrupt` for every sequence of bytes that `encode` cannot have written.
    static func decode(_ bytes: UnsafeRawBufferPointer) throws(TableStoreError) -> Item {
        var cursor = Cursor(bytes: bytes)
        guard try cursor.byte() == version else { throw .corrupt }
        let item = try cursor.members(depth: 0)
        guard cursor.isAtEnd else { throw .corrupt }
        return item
    }

    /// Decodes an item.
    static func decode(_ bytes: [UInt8]) throws(TableStoreError) -> Item {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(TableStoreError) in try decode(buffer) }
        }
        return try result.get()
    }

    /// A place in an encoded item; every read is checked against the end.
    private struct Cursor {
        let bytes: UnsafeRawBufferPointer
        var position = 0

        var isAtEnd: Bool { position == bytes.count }

        mutating func byte() throws(TableStoreError) -> UInt8 {
            guard position < bytes.count else { throw .corrupt }
            defer { position += 1 }
            return bytes[position]
        }

        mutating func number() throws(TableStoreError) -> UInt64 {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while true {
                let next = try byte()
                // The tenth byte has room for the 64th bit only.
                guard shift < 63 || next <= 1 else { throw .corrupt }
                value |= UInt64(next & 0x7F) << shift
                if next < 0x80 { return value }
                shift += 7
            }
        }

        /// A length or a count: what follows needs at least that many bytes.
        mutating func count() throws(TableStoreError) -> Int {
            let value = try number()
            guard value <= UInt64(bytes.count - position) else { throw .corrupt }
            return Int(value)
        }

        mutating func slice() throws(TableStoreError) -> UnsafeRawBufferPointer {
            let length = try count()
            defer { position += length }
            return UnsafeRawBufferPointer(rebasing: bytes[position..<position + length])
        }

        mutating func text() throws(TableStoreError) -> String {
            guard let text = String(validating: try slice(), as: UTF8.self) else { throw .corrupt }
            return text
        }

        mutating func members(depth: Int) throws(TableStoreError) -> Item {
            let count = try count()
            var members = Item(minimumCapacity: count)
            for _ in 0..<count {
                let name = try text()
                let earlier = members.updateValue(try value(depth: depth), forKey: name)
                guard earlier == nil else { throw .corrupt }
            }
            return members
        }

        mutating func value(depth: Int) throws(TableStoreError) -> AttributeValue {
            guard depth <= TableLimits.depthMax, let tag = Tag(rawValue: try byte()) else {
                throw .corrupt
            }
            switch tag {
            case .null: return .null
            case .no: return .bool(false)
            case .yes: return .bool(true)
            case .number:
                let zigzag = try number()
                return .number(Int64(bitPattern: (zigzag >> 1) ^ (0 &- (zigzag & 1))))
            case .string: return .string(try text())
            case .binary: return .binary([UInt8](try slice()))
            case .list: return .list(try list(depth: depth + 1))
            case .map: return .map(try members(depth: depth + 1))
            }
        }

        private mutating func list(depth: Int) throws(TableStoreError) -> [AttributeValue] {
            let count = try count()
            var values: [AttributeValue] = []
            values.reserveCapacity(count)
            for _ in 0..<count { values.append(try value(depth: depth)) }
            return values
        }
    }
}
