"""Cycles in a graph of names."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.config.verify import find_cycles

NAMES = "abcdef"
graphs = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=3))


def reachable(graph: dict[str, list[str]], start: str) -> set[str]:
    seen: set[str] = set()
    todo = list(graph.get(start, []))
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += graph.get(name, [])
    return seen


@given(graphs)
@settings(derandomize=True, max_examples=300)
def test_each_cycle_found_is_one_and_none_is_found_only_when_there_is_none(graph: dict[str, list[str]]) -> None:
    cycles = list(find_cycles(graph))
    for cycle in cycles:
        assert cycle[0] == cycle[-1]
        assert len(cycle) > 1
        assert all(there in graph[here] for here, there in pairwise(cycle))
    assert bool(cycles) == any(name in reachable(graph, name) for name in graph)


def test_a_chain_of_ten_thousand_is_followed_to_its_end() -> None:
    graph = {str(number): [str(number + 1)] for number in range(10_000)}
    assert list(find_cycles(graph)) == []
    graph["10000"] = ["0"]
    assert [len(cycle) for cycle in find_cycles(graph)] == [10_002]
