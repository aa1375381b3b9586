"""The index of names in memory: what the table answers, without the table."""

import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from shared.customers.duplicates import suggestion
from shared.customers.search import lookup
from shared.customers.search.entries import Entries
from shared.customers.search.repository import entry_key
from shared.customers.search.spelling import variants
from shared.customers.search.vocabulary import MOST


class Index:
    """Entries and spellings of `everybody`, by id; `queries` and `reads` count what was asked."""

    def __init__(self, everybody: Mapping[str, Entries]) -> None:
        self.queries, self.spelling_reads = 0, 0
        self._rows: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._spellings: dict[str, set[str]] = defaultdict(set)
        for entity_id, entries in everybody.items():
            for word in entries.words:
                key = entry_key(word, entity_id)
                self._rows[key["pk"]].append((key["sk"], entries.text))
        for rows in self._rows.values():
            rows.sort()
        known = Counter(word for one in everybody.values() for word in one.words if " " not in word)
        for word in known:
            for variant in variants(word):
                if len(self._spellings[variant]) < MOST:
                    self._spellings[variant].add(word)
        self.entries = sum(map(len, self._rows.values()))
        self.words, self.variants = len(known), len(self._spellings)
        self.largest = max(map(len, self._spellings.values()))

    def with_word(
        self, word: str, *, whole: bool, limit: int, consistent: bool = False
    ) -> list[dict[str, Any]]:
        """As `search.repository.with_word`."""
        self.queries += 1
        sought = f"{word}#" if whole else word
        rows = self._rows.get(entry_key(word, "")["pk"], [])
        start = bisect.bisect_left(rows, (sought,))
        end = next(
            (at for at in range(start, len(rows)) if not rows[at][0].startswith(sought)), len(rows)
        )
        return [{"sk": sk, "text": text} for sk, text in rows[start : min(end, start + limit)]]

    def spellings(self, asked: Iterable[str]) -> Iterator[tuple[str, frozenset[str]]]:
        """As `search.repository.spellings`."""
        keys = list(dict.fromkeys(asked))
        assert len(keys) <= 100, "one read takes a hundred keys"
        self.spelling_reads += 1
        yield from (
            (one, frozenset(self._spellings[one])) for one in keys if one in self._spellings
        )

    @contextmanager
    def asked(self) -> Iterator["Index"]:
        """Have searches ask this instead of the table."""
        with (
            patch.object(lookup, "with_word", self.with_word),
            patch.object(lookup, "spellings", self.spellings),
            patch.object(suggestion, "with_word", self.with_word),
        ):
            yield self
