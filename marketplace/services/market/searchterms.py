"""Words made ready for searching: folded, stemmed the Dutch way, with a short list of exceptions."""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"[a-z0-9]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_MOST_WORDS = 6
_LONGEST_WORD = 40

# Where the Dutch stemmer keeps a word and its plural apart.
_EXCEPTIONS = {
    "fiets": "fiets",
    "fietsen": "fiets",
    "foto": "foto",
    "fotos": "foto",
    "kind": "kind",
    "kinderen": "kind",
    "les": "les",
    "lessen": "les",
    "gitaarles": "gitaarles",
    "gitaarlessen": "gitaarles",
    "zangles": "zangles",
    "zanglessen": "zangles",
    "taart": "taart",
    "taarten": "taart",
    "ei": "ei",
    "eieren": "ei",
}

_stemmer = snowballstemmer.stemmer("dutch")
_one_at_a_time = threading.Lock()  # the stemmer keeps the word it works on in itself


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a search: as typed (folded) and its stem. The last one may be unfinished."""

    typed: str
    stem: str
    unfinished: bool


def folded_words(text: str) -> list[str]:
    """Give the words of a text in small letters without accents; "foto's" is one word."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", text.lower()))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word[:_LONGEST_WORD] for word in _WORD.findall(bare)]


@lru_cache(maxsize=20_000)  # people write and seek the same words; the stemmer is slow
def stem(word: str) -> str:
    """Give the stem of one folded word."""
    if word in _EXCEPTIONS:
        return _EXCEPTIONS[word]
    with _one_at_a_time:
        return str(_stemmer.stemWord(word)) or word


def terms_of(*texts: str) -> str:
    """Give what is indexed: stems and words of the texts, each once, the first text's first."""
    found: dict[str, None] = {}
    for text in texts:
        for word in folded_words(text):
            found.setdefault(stem(word))
            found.setdefault(word)
    return " ".join(found)


def words_of(question: str) -> list[Word]:
    """Give the words of a search, at most six; none for a question without letters or figures."""
    words = folded_words(question)[:_MOST_WORDS]
    last = len(words) - 1
    return [Word(word, stem(word), i == last) for i, word in enumerate(words)]
