"""The questions of the Howey questionnaire, as data, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tokenkit.regimes._regime import Source


class Prong(StrEnum):
    """A part of the test; all four have to be met."""

    MONEY = "An investment of money"
    ENTERPRISE = "In a common enterprise"
    PROFITS = "With a reasonable expectation of profits"
    EFFORTS = "From the efforts of others"


class Points(StrEnum):
    """Where a yes points."""

    TOWARDS = "towards a security"
    AWAY = "away from a security"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A fact that is asked for, to be answered yes, no or unknown."""

    id: str
    prong: Prong | None
    """``None``: asked before the four prongs."""
    text: str
    points: Points
    """Where a yes points."""
    why: str
    """Why it is asked, and on what authority."""


FRAMEWORK: Final = "SEC staff, Framework for 'Investment Contract' Analysis of Digital Assets (2019)"
RELEASE: Final = "SEC, interpretive release on crypto assets of 17 March 2026"

QUESTIONS: Final[tuple[Question, ...]] = (
    Question(
        id="named_security",
        prong=None,
        text="Is it a share, a bond, an option on one, or another instrument that the Securities Act names by itself?",
        points=Points.TOWARDS,
        why=(
            "Such an instrument is a security without this test, also as a token (Securities Act, section 2(a)(1); Landreth Timber Co. v."
            " Landreth, 471 U.S. 681 (1985)). For notes another test applies (Reves v. Ernst & Young, 494 U.S. 56 (1990)): answer unknown."
        ),
    ),
    Question(
        id="money_given",
        prong=Prong.MONEY,
        text="Do buyers give money, other assets, goods or work for it?",
        points=Points.TOWARDS,
        why=f"Whatever has value counts, not cash alone ({FRAMEWORK}, part II.A).",
    ),
    Question(
        id="given_free",
        prong=Prong.MONEY,
        text="Is it handed out without anything of value in return, now or later?",
        points=Points.AWAY,
        why=(
            f"What nobody paid for is hard to call an investment (Teamsters v. Daniel, 439 U.S. 551 (1979); {RELEASE}, on airdrops). Answer no"
            " if some receivers pay or work for it."
        ),
    ),
    Question(
        id="pooled",
        prong=Prong.ENTERPRISE,
        text="Is what buyers give put together, so that they share gains and losses in proportion?",
        points=Points.TOWARDS,
        why="Horizontal commonality, which every court accepts (Revak v. SEC Realty Corp., 18 F.3d 81 (2d Cir. 1994)).",
    ),
    Question(
        id="tied_to_promoter",
        prong=Prong.ENTERPRISE,
        text="Do buyers do well or badly together with the issuer or promoter, or through its work?",
        points=Points.TOWARDS,
        why="Vertical commonality, which some courts accept (SEC v. Glenn W. Turner Enterprises, 474 F.2d 476 (9th Cir. 1973)).",
    ),
    Question(
        id="separate_results",
        prong=Prong.ENTERPRISE,
        text="Does each buyer own something separate, whose result depends on nobody else's?",
        points=Points.AWAY,
        why="Then there is no pool and no common fortune (Revak v. SEC Realty Corp., 18 F.3d 81 (2d Cir. 1994)).",
    ),
    Question(
        id="rights_to_income",
        prong=Prong.PROFITS,
        text="Does it give a right to income, profits or a rise in value, be it a fixed return?",
        points=Points.TOWARDS,
        why=(
            "Profits are a rise in value or a share in earnings (United Housing Foundation v. Forman, 421 U.S. 837 (1975)); a fixed return is"
            " one too (SEC v. Edwards, 540 U.S. 389 (2004))."
        ),
    ),
    Question(
        id="offered_as_investment",
        prong=Prong.PROFITS,
        text="Is it offered or described as something that will rise in value, or be sold at a profit?",
        points=Points.TOWARDS,
        why=f"What buyers were led to expect decides, from whitepapers to posts (Howey, 328 U.S. at 298; {FRAMEWORK}, part II.C.2).",
    ),
    Question(
        id="tradeable",
        prong=Prong.PROFITS,
        text="Can it be sold on a market, or is that promised?",
        points=Points.TOWARDS,
        why=f"A market lets buyers realise a rise in value ({FRAMEWORK}, part II.C.2).",
    ),
    Question(
        id="bought_for_use",
        prong=Prong.PROFITS,
        text="Do buyers buy it mainly to use it, in quantities that fit its use, and can they use it now?",
        points=Points.AWAY,
        why=f"Who wants to use or consume does not invest (Forman, 421 U.S. at 852-853; {FRAMEWORK}, part II.C.3).",
    ),
    Question(
        id="value_stays",
        prong=Prong.PROFITS,
        text="Is it made so that its value stays the same or falls, so that nobody gains by holding it?",
        points=Points.AWAY,
        why=f"Then there is nothing to profit from ({FRAMEWORK}, part II.C.3).",
    ),
    Question(
        id="work_promised",
        prong=Prong.EFFORTS,
        text="Did the issuer or a promoter promise work on which success depends, or do buyers have reason to rely on it?",
        points=Points.TOWARDS,
        why=(
            "What counts are the essential managerial efforts, those that decide between failure and success (Glenn W. Turner, 474 F.2d at 482;"
            f" {FRAMEWORK}, part II.C.1; {RELEASE}). 'Solely' in Howey is not taken literally."
        ),
    ),
    Question(
        id="unfinished",
        prong=Prong.EFFORTS,
        text="Is the business, product or network still to be built, improved or run by the issuer or a promoter?",
        points=Points.TOWARDS,
        why=f"Buyers of something unfinished rely on whoever finishes it ({FRAMEWORK}, part II.C.1).",
    ),
    Question(
        id="market_supported",
        prong=Prong.EFFORTS,
        text="Does the issuer or a promoter make or support a market, a price or a scarcity for it?",
        points=Points.TOWARDS,
        why=f"Buybacks, listings and burns are efforts too ({FRAMEWORK}, part II.C.1).",
    ),
    Question(
        id="buyers_manage",
        prong=Prong.EFFORTS,
        text="Do buyers have the power and the knowledge to run the enterprise, and do they run it?",
        points=Points.AWAY,
        why="Who decides does not rely on others (Williamson v. Tucker, 645 F.2d 404 (5th Cir. 1981)).",
    ),
    Question(
        id="nobody_essential",
        prong=Prong.EFFORTS,
        text="Does everything promised exist and work, so that nobody's further work is essential to its success?",
        points=Points.AWAY,
        why=f"Promises that were kept are relied on no longer ({RELEASE}; {FRAMEWORK}, part II.C.1).",
    ),
)

SOURCES: Final[tuple[Source, ...]] = (
    Source(
        law="SEC v. W. J. Howey Co.",
        section="328 U.S. 293 (1946)",
        title="Supreme Court of the United States",
        note="The syllabus was read whole, the opinion in part: an investment of money in a common enterprise with profits to come from others' efforts.",
    ),
    Source(
        law="SEC, Division of Corporation Finance",
        section="Framework of 2019-04-03",
        title="Framework for 'Investment Contract' Analysis of Digital Assets",
        note="Read in its introduction, and in summaries of part II. Staff guidance, not binding; the release of 2026 is later and the Commission's.",
    ),
    Source(
        law="SEC",
        section="Interpretive release of 2026-03-17",
        title="Application of the federal securities laws to certain types of crypto assets and transactions",
        note="Read in summaries of law firms only: kinds of crypto assets, promises of essential managerial efforts, and when they end.",
    ),
    Source(
        law="Cases named in the questions",
        section="Forman, Edwards, Daniel, Landreth, Reves, Turner, Revak, Williamson",
        title="Supreme Court and Courts of Appeals",
        note="Named from knowledge; the opinions could not be read here.",
    ),
    Source(
        law="SEC v. Ripple Labs; SEC v. Terraform Labs",
        section="S.D.N.Y., 13 and 31 July 2023",
        title="Sales on exchanges",
        note="Read in commentary: two judges disagree whether a blind sale on an exchange can be one. The questionnaire takes no side.",
    ),
)


def questions() -> tuple[Question, ...]:
    """Return all questions, in the order in which they are asked."""
    return QUESTIONS
