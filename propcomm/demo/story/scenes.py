"""How complaints go: well, late, wrong, round again. Each scene plays one thread from its filing on."""

from propcomm.demo.story.thread import Thread


def _taken_up(t: Thread) -> Thread:
    """Filed, accepted, assigned, as on a good day."""
    t.file().wait(6, 55).accept().wait(3, 40)
    return t.assign()


def _looked_into(t: Thread, *, low: int = 15, high: int = 110) -> Thread:
    """Between the assignment and the answer: what is noted and said on the way, or nothing."""
    chance = t.rng.random()
    if chance < 0.3:
        t.wait(5, 30).look().wait(5, 40).note()
    elif chance < 0.42:
        t.wait(5, 30).reply()
    return t.wait(low, high)


def _praise(t: Thread) -> tuple[int | None, str]:
    """Most give a number, some a word, some neither."""
    chance = t.rng.random()
    if chance < 0.2:
        return None, ""
    if chance < 0.55:
        return t.rng.choice((4, 4, 5)), ""
    if chance < 0.68:
        return 3, t.texts.say("fair", t.rng)
    own = t.theme.thanks
    return 5, t.rng.choice(list(own)) if own and t.rng.random() < 0.7 else t.texts.say("praise", t.rng)


def good(t: Thread) -> None:
    """Everything in time, and the complainant says so."""
    _looked_into(_taken_up(t)).answer()
    if t.rng.random() < 0.35:
        t.wait(5, 30).work()
    t.labour().resolve().later(2, 40)
    t.goodbye(*_praise(t))


def at_once(t: Thread) -> None:
    """The answer was all that was needed."""
    _looked_into(_taken_up(t)).answer().later(1, 30)
    t.solved(*_praise(t)) if t.has_portal else t.wait(10, 60).resolve().later(3, 20).visit(*_praise(t))


def late_answer(t: Thread) -> None:
    """The answer came after the promised time; the ladder was climbed, and somebody apologised."""
    _taken_up(t).wait(700, 1150).reply(t.texts.say("apology", t.rng)).wait(20, 120)
    t.answer().wait(20, 90).resolve().later(4, 40)
    t.goodbye(t.rng.choice((3, 4)), t.texts.say("fair", t.rng))


def late_resolution(t: Thread) -> None:
    """Answered in time, but a part or a contractor did not come."""
    _looked_into(_taken_up(t)).answer().wait(10, 40).work().wait(900, 1300)
    t.note(t.texts.say("delay", t.rng)).wait(700, 1500).resolve().later(4, 40)
    t.goodbye(t.rng.choice((3, 3, 4, None)), t.texts.say("fair", t.rng))


def reopened(t: Thread) -> None:
    """It was not solved: said so, done again, and then it was."""
    _looked_into(_taken_up(t)).answer().labour().resolve().later(5, 60).not_solved()
    t.wait(10, 60).assign().wait(30, 120).answer(words=t.texts.say("second_answer", t.rng))
    t.labour().resolve(t.theme.fixed or t.texts.say("second_resolution", t.rng)).later(5, 40)
    t.goodbye(t.rng.choice((3, 4, 5)), t.texts.say("at_last", t.rng))


def angry(t: Thread) -> None:
    """Closed with a bad mark, which opens it again, and at last closed."""
    _taken_up(t).wait(150, 420).answer().wait(300, 700).resolve().later(3, 30)
    t.goodbye(t.rng.choice((1, 2)), t.texts.say("anger", t.rng))
    t.wait(15, 60).assign().wait(20, 60).answer("manager", t.texts.say("manager_answer", t.rng))
    t.wait(60, 300).resolve(t.theme.fixed or t.texts.say("second_resolution", t.rng)).later(4, 40)
    t.goodbye(t.rng.choice((3, 4)), t.texts.say("at_last", t.rng))


def waited(t: Thread) -> None:
    """We had to ask something first."""
    _taken_up(t).wait(15, 60).ask().later(3, 40).tell().wait(20, 120).answer()
    t.labour().resolve().later(4, 40)
    t.goodbye(*_praise(t))


def rejected(t: Thread) -> None:
    t.file().wait(6, 60).accept().wait(20, 120).reject()


def referred(t: Thread) -> None:
    t.file().wait(6, 60).accept().wait(20, 120).refer()


def anonymous(t: Thread) -> None:
    """Nobody to answer: done, looked at by somebody else, closed."""
    _looked_into(_taken_up(t)).answer().labour().resolve().wait(300, 900).close()


def unreachable(t: Thread) -> None:
    """Three calls on three days, and nobody at home."""
    _looked_into(_taken_up(t)).answer().labour().resolve()
    for _call in range(3):
        t.wait(500, 560).missed()
    t.wait(400, 500).close()


def second_look(t: Thread) -> None:
    """Not content with the answer: somebody else looks at it again."""
    _looked_into(_taken_up(t)).answer().later(5, 40).second_look()
    t.wait(20, 90).assign_other().wait(60, 240).answer(words=t.texts.say("second_answer", t.rng))
    t.wait(20, 120).resolve(t.theme.fixed or t.texts.say("second_resolution", t.rng)).later(4, 30)
    t.goodbye(t.rng.choice((3, 4)), t.texts.say("at_last", t.rng))


def major(t: Thread) -> None:
    """Grave: proposed by the handler, signed by the manager."""
    _taken_up(t).wait(5, 20).major().wait(20, 60).note().wait(10, 60).propose().wait(10, 60).answer("manager")
    t.wait(10, 40).work().wait(60, 200).resolve().later(4, 30)
    t.goodbye(*_praise(t))


def safety(t: Thread) -> None:
    """Round the clock: on site within the half hour, safe within four hours."""
    t.file().minutes(3, 9).accept().minutes(1, 4).assign().minutes(8, 12)
    t.answer("manager").minutes(2, 6).work().minutes(25, 140).resolve().later(10, 24).wait(1)
    t.goodbye(*_praise(t))


# -- what is open today. ``t.at`` is the filing; where clocks matter the programme has chosen it ------------------------


def fresh(t: Thread) -> None:
    t.file()


def to_assign(t: Thread) -> None:
    t.file().until_accepted(4, 18).accept()


def assigned(t: Thread) -> None:
    t.file().until_accepted(3, 8).accept().wait(1, 3).assign()


def looked_at(t: Thread) -> None:
    t.file().until_accepted(3, 8).accept().wait(1, 3).assign().wait(1, 3).look().wait(15, 50).note()


def answered(t: Thread) -> None:
    t.file().until_accepted(3, 10).accept().wait(1, 5).assign().wait(2, 8).answer()


def implementing(t: Thread) -> None:
    t.file().until_accepted(3, 10).accept().wait(1, 5).assign().wait(2, 8).answer().wait(1, 6).work()


def implementing_late(t: Thread) -> None:
    t.file().until_accepted(3, 10).accept().wait(1, 5).assign().wait(2, 8).answer().wait(1, 6).work()
    t.wait(200, 400).note(t.texts.say("delay", t.rng)).later(20, 30).add()


def waiting(t: Thread) -> None:
    t.file().until_accepted(3, 10).accept().wait(1, 5).assign().wait(2, 10).ask()


def proposed(t: Thread) -> None:
    t.file().until_accepted(3, 10).accept().wait(1, 3).major().wait(1, 3).assign()
    t.wait(10, 25).note().wait(5, 15).propose()


def resolved(t: Thread) -> None:
    t.file().until_accepted(6, 40).accept().wait(2, 20).assign().wait(10, 60).answer().wait(10, 100).resolve()


def visit_missed(t: Thread) -> None:
    t.file().until_accepted(6, 40).accept().wait(2, 20).assign().wait(10, 60).answer().wait(10, 90).resolve().wait(
        180, 300
    ).missed()


def visit_planned(t: Thread) -> None:
    t.file().until_accepted(6, 40).accept().wait(2, 20).assign().wait(10, 60).answer().wait(10, 90).resolve().wait(
        120, 200
    ).plan_visit()


def open_again(t: Thread) -> None:
    t.file().until_accepted(6, 40).accept().wait(2, 20).assign().wait(10, 60).answer().wait(10, 60).resolve().wait(
        30, 60
    )
    t.goodbye(t.rng.choice((1, 2)), t.texts.say("anger", t.rng)) if t.rng.random() < 0.5 else t.not_solved()


def open_again_assigned(t: Thread) -> None:
    t.file().until_accepted(6, 40).accept().wait(2, 20).assign().wait(10, 60).answer().wait(10, 60).resolve().wait(
        30, 60
    ).not_solved()
    t.wait(10, 30).assign()


def second_look_asked(t: Thread) -> None:
    t.file().until_accepted(6, 40).accept().wait(2, 20).assign().wait(10, 60).answer().wait(30, 60).second_look()


def second_look_taken(t: Thread) -> None:
    second_look_asked(t)
    t.wait(10, 30).assign_other().wait(2, 10).look()


def safety_now(t: Thread) -> None:
    t.file().minutes(3, 8).accept().minutes(1, 3).assign().minutes(5, 9).answer("manager").minutes(2, 5).work()
