import Foundation
import Testing

/// Every function is called in every way while processes are killed: the small edition of
/// `scripts/campaign`.
@Suite(.serialized, .timeLimit(.minutes(5))) struct FaultTests {
    @Test func aThousandCallsUnderKillsLeaveNobodyWaitingAndLoseNoEvent() throws {
        let campaign = try Command(
            Peers.program("python"),
            [
                "-B", Workspace.root.appending(path: "Tests/Fuzz/faults.py").path,
                Workspace.products.path, Peers.program("python"), "1000",
            ])
        #expect(campaign.status == 0, "\(campaign.errors)")
        #expect(campaign.output.contains("messages accepted and none lost"))
    }
}
