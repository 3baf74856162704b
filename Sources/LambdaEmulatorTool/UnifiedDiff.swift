/// How two texts differ, line by line, in the unified format of diff.
///
/// Source: "Detailed Description of Unified Format" of the GNU diffutils manual.
struct UnifiedDiff {
    fileprivate enum Line {
        case kept(Substring)
        case removed(Substring)
        case added(Substring)
    }

    private static let contextCount = 3
    /// Where more lines than this differ, all of them are shown as removed and added: finding the
    /// shortest way from one to the other would take too long.
    private static let comparedLinesMax = 2_000

    /// Empty when the texts are the same.
    let text: String

    init(_ old: String, _ new: String, oldName: String, newName: String) {
        let lines = Self.compare(Self.lines(old)[...], Self.lines(new)[...])
        let hunks = Self.hunks(lines)
        text =
            hunks.isEmpty ? "" : "--- \(oldName)\n+++ \(newName)\n" + hunks.joined()
    }

    private static func lines(_ text: String) -> [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func compare(
        _ old: ArraySlice<Substring>, _ new: ArraySlice<Substring>
    ) -> [Line] {
        let head = zip(old, new).prefix { $0 == $1 }.count
        let oldRest = old.dropFirst(head)
        let newRest = new.dropFirst(head)
        let tail = zip(oldRest.reversed(), newRest.reversed()).prefix { $0 == $1 }.count
        return old.prefix(head).map { .kept($0) }
            + changes(Array(oldRest.dropLast(tail)), Array(newRest.dropLast(tail)))
            + old.suffix(tail).map { .kept($0) }
    }

    private static func changes(_ old: [Substring], _ new: [Substring]) -> [Line] {
        guard old.count <= comparedLinesMax, new.count <= comparedLinesMax else {
            return old.map { .removed($0) } + new.map { .added($0) }
        }
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var lines: [Line] = []
        var (oldPlace, newPlace) = (0, 0)
        while oldPlace < old.count || newPlace < new.count {
            if removed.contains(oldPlace) {
                lines.append(.removed(old[oldPlace]))
                oldPlace += 1
            } else if added.contains(newPlace) {
                lines.append(.added(new[newPlace]))
                newPlace += 1
            } else {
                lines.append(.kept(old[oldPlace]))
                oldPlace += 1
                newPlace += 1
            }
        }
        return lines
    }

    /// Changes that are no further apart than their contexts are shown together.
    private static func hunks(_ lines: [Line]) -> [String] {
        let changed = lines.indices.filter { !lines[$0].isKept }
        var ranges: [Range<Int>] = []
        for place in changed {
            let start = max(0, place - contextCount)
            let end = min(lines.count, place + contextCount + 1)
            if let last = ranges.last, start <= last.upperBound {
                ranges[ranges.count - 1] = last.lowerBound..<end
            } else {
                ranges.append(start..<end)
            }
        }
        return ranges.map { hunk(lines, $0) }
    }

    private static func hunk(_ lines: [Line], _ range: Range<Int>) -> String {
        let before = lines[..<range.lowerBound]
        let shown = lines[range]
        let old = side(before.count(where: \.isInOld), shown.count(where: \.isInOld))
        let new = side(before.count(where: \.isInNew), shown.count(where: \.isInNew))
        return "@@ -\(old) +\(new) @@\n" + shown.map { $0.text + "\n" }.joined()
    }

    /// The first line's number and how many there are; an empty side names the line before it.
    private static func side(_ before: Int, _ count: Int) -> String {
        count == 1 ? "\(before + 1)" : "\(count == 0 ? before : before + 1),\(count)"
    }
}

extension UnifiedDiff.Line {
    fileprivate var isKept: Bool { if case .kept = self { true } else { false } }
    fileprivate var isInOld: Bool { if case .added = self { false } else { true } }
    fileprivate var isInNew: Bool { if case .removed = self { false } else { true } }

    fileprivate var text: String {
        switch self {
        case .kept(let line): " \(line)"
        case .removed(let line): "-\(line)"
        case .added(let line): "+\(line)"
        }
    }
}
