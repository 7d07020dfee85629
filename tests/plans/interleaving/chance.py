"""What somebody tries next: most often something that brings the plan on, and often enough something that does not."""

from random import Random

from tests.plans.interleaving.model import Model, Person, Step
from tests.plans.interleaving.world import PARTIES, People

KINDS = (
    "edit", "fund", "require", "propose", "counter", "accept", "reject", "take_back", "revise", "open", "check", "sign",
    "decline", "withdraw",
)  # fmt: skip
PROOFS = ("none", "late", "another's", "another hash")


class Chance:
    """Steps drawn by one source of chance, over one plan as the model has it."""

    def __init__(self, random: Random, people: People) -> None:
        self._random, self._people, self._said = random, people, 0

    def parties(self) -> dict[str, bool]:
        """Two to six agencies; nearly always all of them have to sign."""
        many = self._random.choices((2, 3, 4, 5, 6), (35, 25, 15, 15, 10))[0]
        return {letter: self._random.random() < 0.9 for letter in sorted(self._random.sample(PARTIES, many))}

    def checks(self, parties: dict[str, bool]) -> dict[str, frozenset[str]]:
        """What each agency checks: mostly nothing, so that a plan is not all checking."""
        codes = ("FINANCE", "LEGAL", "GUARDIAN")
        return {
            letter: frozenset(self._random.sample(codes, self._random.choices((0, 1, 2), (60, 30, 10))[0]))
            for letter in parties
        }

    def words(self) -> str:
        """Words that nobody has written before."""
        self._said += 1
        return f"Words {self._said}."

    def step(self, model: Model) -> Step:
        """What is tried next on a plan that stands like this."""
        return self._wild(model) if self._random.random() < 0.25 else self._helpful(model)

    def _helpful(self, model: Model) -> Step:
        """Something that whoever does it may do, as far as chance can tell."""
        version = model.current
        here = sorted(version.parties)
        agency = self._random.choice(here)
        open_now = [name for name, each in model.proposals.items() if each.state == "OPEN"]
        if version.state == "DRAFT":
            broke = not version.parties.get(version.funder)
            kind = self._of(
                {"fund": 5, "require": 1}
                if broke
                else {"edit": 3, "propose": 7, "fund": 1, "require": 1, "withdraw": 0.3}
            )
        elif open_now and version.state == "PROPOSED":
            kind = self._of({"accept": 5, "reject": 3, "take_back": 2, "open": 1})
        elif version.state == "PROPOSED":
            kind = self._of({"counter": 2, "open": 7, "revise": 0.7, "check": 2, "withdraw": 0.3})
        elif version.state == "SIGNING":
            waiting = [each for each in here if each not in version.signed]
            agency = self._random.choice(waiting or here)
            to_check = set(model.checks[agency]) - {code for who, code in version.passed if who == agency}
            usual = {"check": 12.0} if to_check else {"sign": 12.0}
            kind = self._of({**usual, "counter": 0.5, "accept": 0.5, "revise": 0.3, "decline": 0.8, "withdraw": 0.3})
            # Whoever has signed may think that they can still decline.
            agency = self._random.choice(here) if kind == "decline" else agency
        else:
            kind = self._random.choice(KINDS)
        return self._made(model, kind, agency, careful=True)

    def _wild(self, model: Model) -> Step:
        """Anything, by anybody."""
        return self._made(model, self._random.choice(KINDS), self._random.choice(PARTIES + "ZX"), careful=False)

    def _of(self, weights: dict[str, float]) -> str:
        return self._random.choices(list(weights), list(weights.values()))[0]

    def _who(self, model: Model, kind: str, agency: str, *, careful: bool) -> Person:
        theirs = [each for each in self._people.everybody if each.agency == agency]
        if not careful and self._random.random() < 0.5:
            return self._random.choice(theirs)
        role = "SIGNATORY" if kind in {"sign", "decline", "withdraw"} else "COMMISSIONER"
        if kind == "check":
            roles = set(model.checks.get(agency, {}).values()) or {role}
            role = self._random.choice(sorted(roles))
        authors = model.current.authors if careful and kind == "sign" else ()
        fit = [each for each in theirs if each.role == role and each.human not in authors]
        return self._random.choice(fit or theirs)

    def _made(self, model: Model, kind: str, agency: str, *, careful: bool) -> Step:
        if kind in {"accept", "reject", "take_back"} and not model.proposals:
            kind = "counter"
        number = model.current.number
        if not careful and self._random.random() < 0.3:
            number = self._random.randint(1, number)
        token = self._token(model, kind, careful=careful)
        if kind in {"accept", "reject"} and careful:
            agency = self._random.choice(
                [each for each in sorted(model.current.parties) if each != model.proposals[token].agency] or [agency]
            )
        elif kind == "take_back" and careful:
            agency = model.proposals[token].agency
        who = self._who(model, kind, agency, careful=careful)
        if kind == "check":
            mine = [code for code, role in sorted(model.checks.get(agency, {}).items()) if role == who.role]
            still = [code for code in mine if (agency, code) not in model.current.passed]
            token = self._random.choice(still or mine or ["LEGAL", "NOTHING"])
        base = number
        if not careful and self._random.random() < 0.3:
            base = self._random.randint(1, model.current.number)
        expected = self._expected(model, kind, number, token)
        if not careful and self._random.random() < 0.2:
            expected -= 1
        proof = self._random.choice(PROOFS) if not careful and self._random.random() < 0.5 else "good"
        return Step(
            kind=kind, who=who, number=number, expected=expected, token=token, base=base, proof=proof,
            required=self._required(model) if kind == "require" else (),
        )  # fmt: skip

    def _token(self, model: Model, kind: str, *, careful: bool) -> str:
        if kind in {"edit", "counter"}:
            return self.words()
        if kind == "fund":
            signs = sorted(letter for letter, required in model.current.parties.items() if required)
            return self._random.choice(signs if careful and signs else [*PARTIES])
        if kind in {"accept", "reject", "take_back"}:
            names = list(model.proposals)
            good = [name for name in names if model.proposals[name].state == "OPEN"]
            return str(self._random.choice(good if careful and good else names))
        return ""

    def _expected(self, model: Model, kind: str, number: int, token: str) -> int:
        version = model.versions[number - 1]
        if kind == "edit":
            return version.clause_count
        if kind == "fund":
            return version.scheme_count
        if kind in {"accept", "reject", "take_back"}:
            return model.proposals[token].count
        return model.count if kind in {"require", "revise", "withdraw"} else version.count

    def _required(self, model: Model) -> tuple[tuple[str, bool], ...]:
        return tuple((letter, self._random.random() < 0.8) for letter in sorted(model.current.parties))
