"""Securities law as terms and rules: each regime is a pure function of the facts of an offering, with its sources and its gaps.

A help for people who know the law, and for their counsel. **Not legal advice**: a regime says what it covers and what it does not, and
which of its sources could be read when it was written.

The Howey questionnaire is ``tokenkit.regimes.howey``.
"""

from tokenkit.regimes._catalogue import Selection, apply, catalogue, find
from tokenkit.regimes._regime import Kind, Parameter, Regime, Source
from tokenkit.regimes.ch_vinkulierung import swiss_vinkulierung
from tokenkit.regimes.eu_150 import eu_150_persons
from tokenkit.regimes.eu_qualified import eu_qualified_investors
from tokenkit.regimes.reg_a_tier_2 import regulation_a_tier_2
from tokenkit.regimes.reg_cf import regulation_crowdfunding
from tokenkit.regimes.reg_d_506b import regulation_d_506b
from tokenkit.regimes.reg_d_506c import regulation_d_506c
from tokenkit.regimes.reg_s import regulation_s
from tokenkit.regimes.rule_144 import rule_144
from tokenkit.regimes.sg_accredited import singapore_accredited
from tokenkit.regimes.us_12g import exchange_act_12g

__all__ = [
    "Kind",
    "Parameter",
    "Regime",
    "Selection",
    "Source",
    "apply",
    "catalogue",
    "eu_150_persons",
    "eu_qualified_investors",
    "exchange_act_12g",
    "find",
    "regulation_a_tier_2",
    "regulation_crowdfunding",
    "regulation_d_506b",
    "regulation_d_506c",
    "regulation_s",
    "rule_144",
    "singapore_accredited",
    "swiss_vinkulierung",
]
