"""The table that `make bench` prints: ratios to the best peer of the same run, and which targets are met."""

from benchmarks.table import DEEP, LIST, SAVE, lines, markdown

PEERS = ["quick", "slow"]
SECONDS = {
    LIST: {"ours": [0.010, 0.012, 9.0], "quick": [0.030, 0.030, 0.024], "slow": [0.060] * 3},
    DEEP: {"ours": [0.016], "quick": [0.600], "slow": [0.700]},
    SAVE: {"ours": [0.110], "quick": [0.200], "slow": [0.100]},
}


def test_ratios_are_to_the_best_peer_and_medians_forgive_one_slow_answer() -> None:
    found = {one.work: one for one in lines(SECONDS, PEERS)}
    assert (found[LIST].best, found[LIST].p50["ours"], found[LIST].met["ours"]) == ("quick", 0.012, True)
    assert round(found[LIST].ratio["ours"], 9) == 0.4
    assert found[SAVE].best == "slow"


def test_a_target_may_ask_for_ones_own_first_page_or_for_a_time() -> None:
    found = {one.work: one for one in lines(SECONDS, PEERS)}
    assert not found[DEEP].met["ours"], "a third more than one's own first page, though far below the peers"
    assert not found[SAVE].met["ours"], "1.1 times the best peer, yet over 100 ms"


def test_a_work_that_somebody_cannot_do_is_a_dash() -> None:
    text = markdown(lines(SECONDS, PEERS), ["ours", "reader"], PEERS)
    assert "| list, newest first | 12.0 | – | 30.0 | 60.0 | 0.40 met | – | ≤ 0.5 × best |" in text
