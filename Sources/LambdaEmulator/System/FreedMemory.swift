internal import CLinux

/// What the process keeps of memory that was freed.
package enum FreedMemory {
    /// A block that is larger is given back to the system when it is freed.
    private static let blockBytesMax: Int32 = 128 * 1024
    /// So much is kept for later at the end of the heap.
    private static let keptBytesMax: Int32 = 1024 * 1024

    /// Bounds it: bodies of several megabytes come and go, and glibc would keep the more of them
    /// the larger they were.
    ///
    /// Source: https://man7.org/linux/man-pages/man3/mallopt.3.html, M_MMAP_THRESHOLD (which tells
    /// of the dynamic threshold that this ends).
    package static func bound() {
        mallopt(M_MMAP_THRESHOLD, blockBytesMax)
        mallopt(M_TRIM_THRESHOLD, keptBytesMax)
        mallopt(M_ARENA_MAX, 2)
    }
}
