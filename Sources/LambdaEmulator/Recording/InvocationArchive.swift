import FileInput

/// Reads the recorded invocations of a data directory, whether an emulator runs on it or not.
package struct InvocationArchive: Sendable {
    private static let segmentBytesMax = 64 * 1024 * 1024

    private let path: String

    /// - Parameter dataDirectory: As given to the emulator.
    package init(dataDirectory: String) { path = Self.folder(in: dataDirectory) }

    static func folder(in dataDirectory: String) -> String {
        FileContent.absolute(dataDirectory, in: ".") + "/" + RecordFolder.name
    }

    /// True when nothing was ever recorded there.
    package var isEmpty: Bool { RecordFolder.numbers(in: path).isEmpty }

    /// The last ones that are wanted, newest first, without their events, answers and logs.
    package func last(
        _ countMax: Int, where isWanted: (RecordedInvocation) -> Bool = { _ in true }
    ) -> [RecordedInvocation] {
        var found: [RecordedInvocation] = []
        visitNewestFirst { line in
            if case .invocation(let invocation)? = RecordFormat.readSummary(line),
                isWanted(invocation)
            {
                found.append(invocation)
            }
            return found.count < countMax
        }
        return found
    }

    /// All that have an id which begins so, newest first: attempts of one event share their id.
    ///
    /// - Parameter id: Empty finds the very last one.
    package func find(_ id: String) -> [RecordedInvocation] {
        // The id is the second member of a line.
        let start = Array(#"{"v":1,"id":"\#(id)"#.utf8)
        var found: [RecordedInvocation] = []
        visitNewestFirst { line in
            if line.starts(with: start), case .invocation(let invocation)? = RecordFormat.read(line)
            {
                found.append(invocation)
            }
            return !id.isEmpty || found.isEmpty
        }
        return found
    }

    /// Goes through the lines from the last to the first for as long as it is told to.
    private func visitNewestFirst(_ visit: (ArraySlice<UInt8>) -> Bool) {
        for number in RecordFolder.numbers(in: path).reversed() {
            // One that has just been deleted is passed over.
            guard
                let bytes = InputFile.read(
                    RecordFolder.file(number, in: path), bytesMax: Self.segmentBytesMax)
            else { continue }
            if !RecordFormat.visitNewestFirst(bytes, visit) { return }
        }
    }
}
