"""What a person wants, from the words that they wrote now.

Phrases of every language are looked for at once. A longer phrase takes the meaning from a shorter
one that it overlaps; then the first of `_ORDER` that is left decides, so that an opt-out is never
missed for the sake of a nicer class, and interest is believed last. What no phrase explains is a
yes or a no if it begins with one, a question if it asks something, else unknown. What a small model
learned from examples is a second opinion (`learned`): it decides where the phrases are unsure, and
where both agree the wish is surer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from worker.inbox import (
    behalf,
    channel,
    contrast,
    guesses,
    learned,
    leaving,
    phrases,
    staying,
    tongue,
    who,
)
from worker.inbox.channel import About
from worker.inbox.dates import later
from worker.inbox.fold import (
    STOPS,
    Folded,
    ended,
    fold,
    folded_words,
    sentence,
    without_dots,
    without_queries,
)
from worker.inbox.phrases.table import FEARS, Hit, without_harmless
from worker.inbox.reading import Intent
from worker.inbox.wish import Wish

_ORDER = (
    ("opt_out", Intent.OPT_OUT),
    ("grievance", Intent.OPT_OUT),
    ("wrong_person", Intent.WRONG_PERSON),
    ("change", Intent.CHANGE),
    ("channel", Intent.CHANGE),
    ("not_now", Intent.NOT_NOW),
    ("not_interested", Intent.NOT_INTERESTED),
    ("meeting", Intent.MEETING),
    ("interested", Intent.INTERESTED),
    ("question", Intent.QUESTION),
)
_TOLD_APART_BY_DATE = ({"meeting", "not_now"}, {"not_interested", "not_now"})
_ANSWERS = {"no": Intent.NOT_INTERESTED, "yes": Intent.INTERESTED, "sure": Intent.INTERESTED}
_OPENING, _TERSE = 80, 6  # characters, words
_VAGUE = frozenset({"not_now", "wrong_person"})
_SPARING = frozenset({"spared", "channel"}) | staying.MEANINGS
_NO_ANSWER = staying.MEANINGS | {"harmless"}
_TOLD = {About.CALLS: "channel", About.OPEN: "opt_out"}
_PLAIN = 12  # words that a text must have for its language to be plain
_TALK = 20  # words of a text in which a word or two may be its topic
_TELLING = 3  # words: "in May?" asks, "ask me again in May?" postpones; "unsubscribe" is a topic
_WISHES = frozenset({"interested", "meeting"})
_AGREED = frozenset({Intent.INTERESTED, Intent.MEETING})
_DATED = frozenset({"not_now", "change"})
_MOST_TEXT = 6_000
_MOST_HITS = 150
_SURE, _LIKELY, _ASKED, _UNSURE = 0.95, 0.85, 0.65, 0.3
# How the phrases weigh against the model, as measured on mail that neither had met.
_PHRASES_WEIGH = 0.5
_UNKNOWN_WEIGHS = -0.1  # that no phrase is known says little, and the model has its own doubt
_FEARED = 0.5  # likely enough an opt-out, although no phrase says so
_FEARED_STILL = 0.7  # likely enough an opt-out, although a phrase says something else
_FEARED_BESIDE = 0.9  # the same where that is asked for in the words of an opt-out
_BESIDE = frozenset({Intent.CHANGE, Intent.NOT_NOW, Intent.WRONG_PERSON})  # "do not write to me, …"
_DOUBTED = 0.15  # likely enough an opt-out where the phrases say so
_HOPED = 0.5  # no interest is believed on less, where no phrase says anything
_ALONE = 0.75  # where the phrases do not agree with the model, a person is asked
_HEARD = 0.3  # nor anything else on less than this
_STRONG = 0.45  # on less than this against it, what a phrase says stands as it is


def understand(
    text: str,
    subject: str,
    day: date | None,
    sender: tuple[str, str] = ("", ""),
    to: tuple[str, ...] = (),
) -> Wish:
    """What the new words of a mail of that day ask for; `sender` is their name and address."""
    text = leaving.spelt(text)
    command = leaving.command(text, subject)
    if command is not None:
        return Wish(Intent.OPT_OUT, _SURE, f'all that it says, or a paragraph, is "{command}"')
    said = without_queries(text[:_MOST_TEXT])
    words = ended(fold(without_dots(said)))
    every = staying.meant(words, _first_ones(phrases.table("intent").find(words)))
    told = [_told(words, hit) for hit in without_harmless(every) if _is_meant(words, hit)]
    meant = behalf.heard(words, told, sender[1])
    hits = _longest(_in_its_language(meant, words))
    turn = contrast.turn(words, hits)
    if turn is not None:
        hits = [hit for hit in hits if hit.meaning != contrast.REFUSAL or hit.first >= turn]
    answer = _answer(text, words, every) if turn is None else _turned(words, turn)
    wish = _by_phrases(words, hits, answer, day) or guesses.guessed(
        text, words, answer, day, sender
    )
    known = learned.masked(said, (*sender, *to))
    if not learned.has_words(known):
        return wish
    opinion = learned.opinion(known)
    turned = turn is not None and wish.intent in _AGREED
    if turned and opinion.likelihood[Intent.OPT_OUT] < _FEARED_STILL:
        return replace(wish, confidence=min(wish.confidence, _ALONE))
    if (_fears(every) or _spares(every)) and not _fears(meant):  # "remove the second item"
        opinion = opinion.without(Intent.OPT_OUT)
    if any(hit.meaning == "channel" for hit in hits):  # the model hears of calls, not of "no"
        opinion = opinion.without(Intent.MEETING)
    weighed = _weighed(wish, opinion, words, day)
    if len(meant) < len(told) or any(hit.meaning == staying.NEARLY for hit in every):
        return replace(weighed, confidence=min(weighed.confidence, _ALONE))
    return weighed


def _first_ones(hits: list[Hit]) -> list[Hit]:
    """As many as anybody means: they are held against each other, each against every other."""
    if len(hits) <= _MOST_HITS:
        return hits
    feared = [hit for hit in hits if hit.meaning in FEARS][:_MOST_HITS]
    others = [hit for hit in hits if hit.meaning not in FEARS][:_MOST_HITS]
    return sorted(feared + others, key=lambda hit: hit.first)


def _fears(hits: list[Hit]) -> bool:
    return any(hit.meaning in FEARS for hit in hits)


def _spares(hits: list[Hit]) -> bool:
    return any(hit.meaning in _SPARING for hit in hits)


def _by_phrases(
    words: Folded, hits: list[Hit], answer: Wish | None, day: date | None
) -> Wish | None:
    stated = _stated(words, hits, day)
    until = stated.day if stated else None
    for meaning, intent in _preferred(hits, until, day):
        found = [hit for hit in hits if hit.meaning == meaning]
        if found and not (answer and intent is Intent.QUESTION):
            sure = _confidence(found, hits)
            if intent is Intent.OPT_OUT and len(words.words) > _TALK and _is_fleeting(found):
                sure = min(sure, _ASKED)
            wish = Wish(
                intent,
                sure,
                _why(found),
                is_plain=intent is not Intent.OPT_OUT or not _is_open(words, found, hits),
            )
            return wish.dated(stated)
    return None


def _is_open(words: Folded, found: list[Hit], hits: list[Hit]) -> bool:
    """Whether all may be about calls alone, about somebody else, or about one letter of several.

    Or what would follow from leaving is asked. It is one letter of several where more is asked for
    behind: "no newsletter, please, but send the offer".
    """
    last = max(hit.last for hit in found)
    return any(hit.meaning in _WISHES and hit.first >= last for hit in hits) or all(
        channel.about(words, hit) is About.OPEN
        or who.leaves_for(words, sentence(words, hit.first, hit.last))
        or who.wonders(words, hit.first, hit.last)
        for hit in found
    )


def _told(words: Folded, hit: Hit) -> Hit:
    """The same, as a wish about the channel, or a fear, where it says more than its phrase."""
    if hit.meaning not in FEARS | {"channel"}:
        return hit
    meaning = _TOLD.get(channel.about(words, hit), hit.meaning)
    return replace(hit, phrase=replace(hit.phrase, meaning=meaning))


def _is_fleeting(found: list[Hit]) -> bool:
    """Whether nothing but a word or two speaks of it; a letter of East Asia is half of one."""
    return all(
        sum(1 if len(word) > 1 else 0.5 for word in hit.words.split()) < _TELLING for hit in found
    )


def _weighed(said: Wish, opinion: learned.Opinion, words: Folded, day: date | None) -> Wish:
    """What the phrases say, what the model says, or what both agree on."""
    likely = opinion.likelihood
    intent = _decided(said, likely)
    if intent is not said.intent:
        quoted = ", ".join(f'"{one}"' for one in opinion.words)
        stated = _stated_in_any(words, day) if day else None
        why = f"learned from examples: {quoted}" if quoted else "learned from examples"
        sure = round(min(likely[intent], _ALONE), 2)
        return Wish(intent, sure, why).dated(stated)
    contrary = _contrary(intent, likely)
    sure = said.confidence
    if intent is not Intent.UNKNOWN and likely[intent] >= contrary:
        sure = min(1 - (1 - sure) * (1 - likely[intent]), _SURE)
    elif intent is Intent.UNKNOWN or contrary > _STRONG:
        sure = max(sure - contrary / 2, _UNSURE)
    if not said.is_plain:
        sure = min(sure, _ALONE)
    return replace(said, confidence=round(sure, 2))


def _stated_in_any(words: Folded, day: date) -> later.Later | None:
    """The day that is named in a text's own language, or in any: few words may show none."""
    own = later.stated(words, tongue.spoken(words), day)
    return own or later.stated(words, phrases.LANGUAGES, day)


def _contrary(intent: Intent, likely: dict[Intent, float]) -> float:
    """How likely any other wish is; that the model knows of none does not speak against one."""
    return max(likely[other] for other in Intent if other not in {intent, Intent.UNKNOWN})


def _decided(said: Wish, likely: dict[Intent, float]) -> Intent:
    if likely[Intent.OPT_OUT] >= _fear(said):
        return Intent.OPT_OUT
    if said.intent is Intent.OPT_OUT:  # what is hardly likely is none, whatever a phrase says
        said, likely = replace(said, intent=Intent.UNKNOWN), likely | {Intent.OPT_OUT: 0.0}
    known = said.intent is not Intent.UNKNOWN
    scores = dict(likely)
    scores[said.intent] += _PHRASES_WEIGH * said.confidence if known else _UNKNOWN_WEIGHS
    best = max(scores, key=lambda intent: scores[intent])
    if best is Intent.OPT_OUT and best is not said.intent:
        return Intent.UNKNOWN
    least = _HOPED if best is Intent.INTERESTED else _HEARD
    return best if known or likely[best] >= least else Intent.UNKNOWN


def _fear(said: Wish) -> float:
    """How likely an opt-out must be to be taken for one, after what the phrases say."""
    if said.intent is Intent.UNKNOWN or said.confidence <= _ASKED:
        return _FEARED
    if said.intent is Intent.OPT_OUT:
        return _DOUBTED
    return _FEARED_BESIDE if said.intent in _BESIDE else _FEARED_STILL


def _answer(text: str, words: Folded, hits: list[Hit]) -> Wish | None:
    """What a text that begins with a yes or a no says, where nothing else in it says more."""
    if any(hit.first == 0 and hit.meaning in _NO_ANSWER for hit in hits):  # "No problem"
        return None
    opening = fold(text[:_OPENING])
    tongues = tongue.spoken(words) if len(words.words) > _TERSE else phrases.LANGUAGES
    found = [
        hit
        for hit in phrases.table("answer").find(opening)
        if hit.first == 0 and hit.phrase.language in tongues and _answers(hit, opening)
    ]
    if not found:
        return None
    said = max(found, key=lambda hit: (hit.last, hit.meaning == "no"))
    why = f'it begins with "{said.words}" ({said.phrase.language})'
    return Wish(_ANSWERS[said.meaning], _ASKED, why)


def _in_its_language(hits: list[Hit], words: Folded) -> list[Hit]:
    """Without what only another language would mean by it; fears of an opt-out stay."""
    if len(words.words) <= _PLAIN:
        return hits
    tongues = tongue.spoken(words)
    kept = [hit for hit in hits if hit.phrase.language in tongues or hit.meaning in FEARS]
    return kept or hits


def _longest(hits: list[Hit]) -> list[Hit]:
    """The hits that no longer one of another meaning overlaps; opt-outs yield to a change only."""
    return [hit for hit in hits if not any(_beats(other, hit) for other in hits)]


def _is_meant(words: Folded, hit: Hit) -> bool:
    """Whether no "not" before a wish, and no question around a fear, takes it back."""
    if hit.meaning in FEARS and who.asks_of_others(words, hit.first, hit.last):
        return False
    if hit.meaning == "grievance" or (hit.meaning in _VAGUE and hit.last - hit.first < _TELLING):
        return not _is_asked(words, hit)
    turned = _negations(hit.phrase.language)
    if hit.meaning not in _WISHES | {contrast.REFUSAL} or hit.first == 0:
        return True
    if hit.meaning == contrast.REFUSAL and words.words[hit.first] in turned:  # "no, not for us"
        return True
    return words.words[hit.first - 1] not in turned


def _answers(hit: Hit, opening: Folded) -> bool:
    """Whether it is a no or a plain yes; what "Ok." agrees to is known only by what follows."""
    rest = set(opening.words[hit.last :]) - STOPS
    return hit.meaning in {"no", "sure"} or (hit.meaning == "yes" and bool(rest))


def _turned(words: Folded, turn: int) -> Wish:
    last = " ".join(words.words[turn : turn + _TERSE])
    return Wish(Intent.INTERESTED, _ASKED, f'behind a no it says "{last}"')


@cache
def _negations(language: str) -> frozenset[str]:
    """The words that turn the one behind them around."""
    listed = phrases.language(language).get("answer", {}).get("not", ())
    return frozenset(word for source in listed for word in folded_words(source))


def _is_asked(words: Folded, hit: Hit) -> bool:
    """Whether the sentence around a hit is a question: "how do you stop spam?" is no complaint."""
    behind = (word for word in words.words[hit.last :] if word in STOPS)
    return next(behind, ".") == "?"


def _beats(other: Hit, hit: Hit) -> bool:
    if (
        other.meaning in {hit.meaning, "question"}
        or other.last <= hit.first
        or hit.last <= other.first
    ):
        return False
    if hit.meaning in FEARS and other.meaning != "change":
        return False
    if {hit.meaning, other.meaning} in _TOLD_APART_BY_DATE:
        return False
    return other.last - other.first > hit.last - hit.first


def _preferred(
    hits: list[Hit], until: date | None, day: date | None
) -> tuple[tuple[str, Intent], ...]:
    """The order of meanings, changed where two of them explain each other."""
    meanings = {hit.meaning for hit in hits}
    order = list(_ORDER)
    if {"not_now", "not_interested"} <= meanings and until is None:
        _move_up(order, "not_interested", before="not_now")  # "not interested at this time"
    if {"not_now", "meeting"} <= meanings and until and day and until <= day + guesses.SOON:
        _move_up(order, "meeting", before="not_now")  # "not today, but Tuesday at ten"
    return tuple(order)


def _move_up(order: list[tuple[str, Intent]], meaning: str, *, before: str) -> None:
    entry = next(one for one in order if one[0] == meaning)
    order.remove(entry)
    order.insert(next(index for index, one in enumerate(order) if one[0] == before), entry)


def _stated(words: Folded, hits: list[Hit], day: date | None) -> later.Later | None:
    if day is None:
        return None
    languages = [hit.phrase.language for hit in hits if hit.meaning in _DATED]
    requests = [(hit.first, hit.last) for hit in hits if hit.meaning in _DATED | _WISHES]
    tongues = (*tongue.spoken(words), *languages)
    return later.stated(words, tongues, day, requests) if languages else None


def _confidence(found: list[Hit], hits: list[Hit]) -> float:
    """Surer with more phrases, less sure with phrases that mean something else."""
    agreeing = len({hit.first for hit in found})
    others = {hit.meaning for hit in hits} - {found[0].meaning, "question"}
    sure = _LIKELY + 0.05 * min(agreeing - 1, 2) - 0.1 * min(len(others), 2)
    return round(sure, 2)


def _why(found: list[Hit]) -> str:
    named = dict.fromkeys(f'"{hit.words}" ({hit.phrase.language})' for hit in found[:3])
    return f"{found[0].meaning.replace('_', ' ')}: {', '.join(named)}"
