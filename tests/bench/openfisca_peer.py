"""Runs in an environment of its own: a quarter with a dated cap in OpenFisca, one person and month at a time.

For each line on standard input it evaluates that many months and prints the CPU seconds they took.
"""

from __future__ import annotations

import sys
import time

from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import MONTH
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

Person = build_entity(key="person", plural="persons", label="a person", is_person=True)
CAPS = {"2025-01-01": 275.0, "2025-07-01": 280.0, "2026-01-01": 285.0}


class income(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "income from work"


class exempt(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "what does not count"

    def formula(person, period, parameters):
        own = person("income", period)
        cap = parameters(period).cap
        return (own * 0.25 < cap) * own * 0.25 + (own * 0.25 >= cap) * cap


def system():
    made = TaxBenefitSystem([Person])
    cap = {"values": {day: {"value": value} for day, value in CAPS.items()}}
    made.parameters = ParameterNode("", data={"cap": cap})
    made.add_variables(income, exempt)
    return made


def evaluate(made, number):
    simulation = SimulationBuilder().build_default_simulation(made, 1)
    period = f"2026-{1 + number % 6:02d}"
    simulation.set_input("income", period, [float(number % 1500)])
    return simulation.calculate("exempt", period)


def main():
    made = system()
    evaluate(made, 1)
    print("ready", flush=True)
    for line in sys.stdin:
        began = time.process_time()
        for number in range(int(line)):
            evaluate(made, number)
        print(time.process_time() - began, flush=True)


if __name__ == "__main__":
    main()
