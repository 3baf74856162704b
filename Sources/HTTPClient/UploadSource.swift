/// What one upload sends: libcurl's callbacks read here, the caller offers piece after piece.
final class UploadSource {
    private var piece = UnsafeRawBufferPointer(start: nil, count: 0)
    private var isEnded = false
    private(set) var trailers: [HTTPField] = []
    /// libcurl asked for more while there was nothing: all that was offered is with the kernel.
    private(set) var isDrained = false

    /// Lends the next piece; it must stay in its place until the source is drained.
    func offer(_ piece: UnsafeRawBufferPointer) {
        self.piece = piece
        isDrained = false
    }

    /// Forgets what is left of the piece, whose bytes may now go away.
    func withdraw() { piece = UnsafeRawBufferPointer(start: nil, count: 0) }

    /// No further piece comes: the body ends, and the trailers follow it.
    func end(_ trailers: [HTTPField]) {
        self.trailers = trailers
        isEnded = true
        isDrained = false
    }

    /// Copies the next bytes of the body.
    ///
    /// - Returns: how many there were, 0 at the body's end, nil when none is there yet.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        if piece.isEmpty {
            if isEnded { return 0 }
            isDrained = true
            return nil
        }
        let count = min(piece.count, buffer.count)
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: piece[..<count]))
        piece = UnsafeRawBufferPointer(rebasing: piece[count...])
        return count
    }
}
