"""The verbs of room `experiments`. None of them commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from siyu.domain.company.service import record_audit
from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers import service as customers
from siyu.domain.definitions import reading as definitions_reading
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.experiments import store
from siyu.domain.experiments.contracts import (
    EXPERIMENT_EXPOSED,
    EXPERIMENT_KIND,
    NOTE_LENGTH_MAX,
    Decision,
    Experiment,
    ExperimentBegunError,
    ExperimentRunsError,
    ExperimentState,
    Members,
    UnknownArmError,
)
from siyu.domain.experiments.reading import arms_known, state_of, whatever_state
from siyu.domain.experiments.rules import FAULTS, arm_of, as_document, is_same_trial, parse_experiment
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.errors import InvalidError
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

SOURCE = "experiments"
SEGMENT_KIND = "segment"
JOURNEY_KIND = "journey"


def create_experiment(work: UnitOfWork, actor: Actor, name: str, document: object) -> ExperimentState:
    """A new experiment, as a draft."""
    actor.require("experiments.write")
    experiment = parse_experiment(document)
    references = _references(work, experiment)
    made = definitions.create(work, actor, EXPERIMENT_KIND, name, as_document(experiment), references)
    return state_of(made)


def save_experiment(
    work: UnitOfWork, actor: Actor, experiment_id: int, name: str, document: object, *, revision: int | None = None
) -> ExperimentState:
    """Saves a draft. ExperimentBegunError where it would change what is compared, or how, of one that has begun; of one that has
    not InvalidDefinitionError where a journey goes by other arms."""
    actor.require("experiments.write")
    experiment = parse_experiment(document)
    before = whatever_state(work, experiment_id).shown
    saved = definitions.save_draft(
        work,
        actor,
        experiment_id,
        name,
        as_document(experiment),
        _references(work, experiment),
        kind=EXPERIMENT_KIND,
        revision=revision,
    )
    # looked at behind the lock of saving: nobody can begin it meanwhile
    state = state_of(saved)
    if state.experiment is not None and not is_same_trial(state.experiment, experiment):
        raise ExperimentBegunError
    if [arm.key for arm in before.arms] != [arm.key for arm in experiment.arms]:
        _refuse_where_used(work, experiment_id)
    return state


def begin_experiment(work: UnitOfWork, actor: Actor, experiment_id: int) -> ExperimentState:
    """Publishes the draft: whoever comes from now on is given an arm."""
    actor.require("experiments.publish")
    return state_of(definitions.publish(work, actor, experiment_id, kind=EXPERIMENT_KIND))


def end_experiment(work: UnitOfWork, actor: Actor, experiment_id: int) -> ExperimentState:
    """Nobody else is given an arm; who has one keeps it, and what they do goes on counting."""
    actor.require("experiments.publish")
    return state_of(definitions.stop(work, actor, experiment_id, kind=EXPERIMENT_KIND))


def resume_experiment(work: UnitOfWork, actor: Actor, experiment_id: int) -> ExperimentState:
    """Takes customers in again. An arm that was in force is so no more, even when it ends once more: that is to be decided anew."""
    actor.require("experiments.publish")
    resumed = state_of(definitions.resume(work, actor, experiment_id, kind=EXPERIMENT_KIND))
    store.withdraw_arm(work.driver, experiment_id)
    return resumed


def delete_experiment(work: UnitOfWork, actor: Actor, experiment_id: int) -> None:
    """Takes it away; ExperimentBegunError where anybody was given an arm."""
    actor.require("experiments.write")
    definitions.delete(work, actor, experiment_id, kind=EXPERIMENT_KIND)
    if store.is_begun(work.driver, experiment_id):
        raise ExperimentBegunError


def get_experiment(reading: Reading, actor: Actor, experiment_id: int) -> ExperimentState:
    """The experiment as it stands."""
    actor.require("experiments.read")
    return state_of(definitions.get(reading, actor, experiment_id, EXPERIMENT_KIND))


def list_experiments(reading: Reading, actor: Actor, page: PageRequest) -> Page[ExperimentState]:
    """Experiments, the newest first."""
    actor.require("experiments.read")
    found = definitions.list_definitions(reading, actor, EXPERIMENT_KIND, page)
    return Page([state_of(each) for each in found.rows], found.next_after)


def decide(
    work: UnitOfWork, actor: Actor, experiment_id: int, arm: str | None, note: str, *, puts_in_force: bool = False
) -> Decision:
    """Writes down which arm is to stay (None: none of them) and why. It changes nothing by itself, unless it puts the arm in force:
    then, as long as the experiment has ended and nothing else is decided, everybody who comes gets that arm."""
    actor.require("experiments.publish")
    state = get_experiment(work, actor, experiment_id)
    if state.experiment is None or (arm is not None and arm not in {each.key for each in state.experiment.arms}):
        raise UnknownArmError
    if puts_in_force and arm is None:
        raise UnknownArmError
    if puts_in_force and state.status is not DefinitionStatus.STOPPED:
        raise ExperimentRunsError
    if not note.strip() or len(note) > NOTE_LENGTH_MAX:
        raise InvalidError(f"Say why, in at most {NOTE_LENGTH_MAX} characters.", field="note")
    author = f"{actor.kind}:{actor.actor_id}"
    made = store.insert_decision(
        work.driver, experiment_id, arm, note.strip(), author, work.clock.now(), is_in_force=puts_in_force
    )
    subject = f"experiment:{experiment_id}"
    record_audit(work, actor, "experiments.decide", subject, arm=arm, is_in_force=puts_in_force)
    return made


def list_decisions(reading: Reading, actor: Actor, experiment_id: int) -> list[Decision]:
    """What was decided, the latest first."""
    actor.require("experiments.read")
    get_experiment(reading, actor, experiment_id)
    return store.select_decisions(reading.driver, experiment_id)


def assign(
    work: UnitOfWork, actor: Actor, experiment_id: int, customer_ids: Collection[int], members: Members
) -> dict[int, str]:
    """The arms, {customer_id as it was told: arm}, of customers who have come to where the experiment decides: of those whom the
    actor may see and who take part. The first time is recorded.

    Who has an arm keeps it, whatever became of the experiment or of the customer since; of customers who were merged that of the
    one who came first counts. Who is not in the experiment's segment takes no part, unless they did before. Where an arm was put
    in force all get that one.
    """
    actor.require("experiments.assign")
    customers.hold_known(work, system_actor(SOURCE))
    now = customers_reading.customers_now(work, customer_ids)
    seen = customers_reading.customers_in_scope(work, actor, set(now.values()))
    given, new = _arms(work, whatever_state(work, experiment_id), seen, members)
    if new:
        record_audit(work, actor, "experiments.assign", f"experiment:{experiment_id}", customers=new)
    return {told: given[customer_id] for told, customer_id in now.items() if customer_id in given}


def _arms(
    work: UnitOfWork, state: ExperimentState, customer_ids: Collection[int], members: Members
) -> tuple[dict[int, str], int]:
    """The arms, and to how many one was given now."""
    if state.status is DefinitionStatus.STOPPED and (arm := store.find_in_force(work.driver, state.experiment_id)):
        return dict.fromkeys(customer_ids, arm), 0
    given = arms_known(work, state.experiment_id, customer_ids)
    new = {*customer_ids} - given.keys()
    if state.experiment is None or state.status is not DefinitionStatus.LIVE or not new:
        return given, 0
    if state.experiment.segment_id is not None:
        new = members(work, state.experiment.segment_id, new)
    drawn = {each: arm for each in sorted(new) if (arm := arm_of(state.experiment_id, state.experiment, each))}
    made = store.insert_arms(work.driver, state.experiment_id, drawn, work.clock.now())
    work.record([_exposed(work, state, customer_id, arm) for customer_id, arm in sorted(made.items())])
    late = drawn.keys() - made.keys()  # somebody else asked at the same instant
    told = store.arms_of(work.driver, state.experiment_id, late) if late else {}
    return given | made | told, len(made)


def forget_arms(work: UnitOfWork, actor: Actor, profile_ids: Collection[int]) -> dict[int, int]:
    """Forgets which arms the profiles were given; {profile_id: how many}."""
    actor.require("customers.erase")
    return store.delete_of(work.driver, profile_ids)


def _exposed(work: UnitOfWork, state: ExperimentState, customer_id: int, arm: str) -> NewEvent:
    told: Mapping[str, object] = {"experiment_id": state.experiment_id, "experiment": state.name, "arm": arm}
    event_id = derived_id(EXPERIMENT_EXPOSED, state.experiment_id, customer_id)
    return NewEvent(EXPERIMENT_EXPOSED, event_id, customer_id, work.clock.now(), SOURCE, told)


def _refuse_where_used(reading: Reading, experiment_id: int) -> None:
    """What a published journey parts customers by stays: else it would give some an arm that it knows nothing of."""
    users = {each for each, used in definitions_reading.references_in_force(reading).items() if experiment_id in used}
    names = [each.name for each in definitions_reading.names_of(reading, users).values() if each.kind == JOURNEY_KIND]
    if names:
        raise FAULTS.fault(("arms",), "used", journeys="、".join(sorted(names)))


def _references(reading: Reading, experiment: Experiment) -> list[int]:
    """What it is made of; anything but a segment would be one that nobody is ever in."""
    if experiment.segment_id is None:
        return []
    found = definitions_reading.names_of(reading, [experiment.segment_id]).get(experiment.segment_id)
    if found is None or found.kind != SEGMENT_KIND:
        raise FAULTS.fault(("segment_id",), "no_segment")
    return [experiment.segment_id]
