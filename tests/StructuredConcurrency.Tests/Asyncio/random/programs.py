"""Makes small random programs, runs each on asyncio in virtual time, and prints program and outcome, one JSON object a line.

    python3.13 programs.py FIRST_SEED COUNT

RandomProgram.cs runs the same programs on the library. Both sides have the same statements; where asyncio and the library differ on purpose, the
difference is taken out here, and each such place names the rule (see README.md). Times are whole milliseconds: their sums are exact.
"""

import asyncio
import json
import random
import sys


# ---------------------------------------------------------------------------------------------------------------- virtual time

class Deadlock(Exception):
    pass


class Clock(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next timer whenever nothing is ready. One unit of its time is a millisecond."""

    def __init__(self):
        super().__init__()
        self.now = 0
        self.sleeps = {}
        self.deadlines = set()
        self.tie = False
        select = self._selector.select

        def jump(timeout):
            if timeout is None:
                raise Deadlock
            if timeout > 0:
                self.now = max(self.now, self._scheduled[0]._when)
            return select(0)

        self._selector.select = jump

    def time(self):
        return self.now

    def call_at(self, when, callback, *args, context=None):
        # Two timers at one instant compete; only deadlines may, where the rules say who wins.
        is_deadline = getattr(callback, "__name__", "") == "_on_timeout"
        if when in self.sleeps or (not is_deadline and when in self.deadlines):
            self.tie = True
        if is_deadline:
            self.deadlines.add(when)
        else:
            self.sleeps[when] = True
        return super().call_at(when, callback, *args, context=context)


# ------------------------------------------------------------------------------------------------------------------- asyncio

class Failure(Exception):
    pass


class Task(asyncio.Task):
    """Keeps the scopes that are open in it. With settled point 2, cancelling reaches the groups in it at once."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.open = []
        self.cancel_from = 0

    def cancel(self, msg=None):
        again = sys._getframe(1).f_code.co_name == "__aexit__"  # a group that ends puts back a cancellation that it has met: not a new one
        if DOWNWARD and not again and not self.done():
            for scope in self.open[self.cancel_from:]:
                if isinstance(scope, Group):
                    for child in list(scope._tasks):
                        child.cancel()
        return super().cancel(msg)


DOWNWARD = False  # settled point 2: asyncio cancels what is inside a scope's body only when that body has unwound


class Group(asyncio.TaskGroup):
    """With a cancel method, which asyncio has from 3.15 on."""

    def __init__(self):
        super().__init__()
        self.cut_short = False
        self.cancelled = False

    def cancel(self):
        if self._exiting and not self._tasks or self._aborting:
            return
        self.cancelled = True
        self._abort()
        if not self._parent_cancel_requested:
            self._parent_cancel_requested = True
            self._cancel_parent()

    async def __aexit__(self, et, e, traceback):
        await super().__aexit__(et, e, traceback)
        was_cut = et is asyncio.CancelledError
        if self.cancelled and (was_cut or self.cut_short) and self._parent_task.cancelling():
            raise asyncio.CancelledError  # settled point 8: asyncio throws it at the next await
        return self._parent_cancel_requested and was_cut

    def _on_task_done(self, task):
        self.cut_short |= task.cancelled() and (self._aborting or self._parent_task.cancelling() > 0)
        self._parent_task.cancel_from = self._parent_task.open.index(self) + 1
        try:
            super()._on_task_done(task)
        finally:
            self._parent_task.cancel_from = 0

    def _cancel_parent(self):
        self._parent_task.cancel_from = self._parent_task.open.index(self) + 1
        try:
            self._parent_task.cancel()
        finally:
            self._parent_task.cancel_from = 0


class Timeout(asyncio.Timeout):
    def _on_timeout(self):
        self._task.cancel_from = self._task.open.index(self) + 1
        try:
            super()._on_timeout()
        finally:
            self._task.cancel_from = 0


def describe(e):
    if e is None:
        return "ok"
    if isinstance(e, BaseExceptionGroup):
        return f"Group[{', '.join(sorted(map(describe, e.exceptions)))}]"  # asyncio cancels in no order, so those who fail then have none
    if isinstance(e, Failure):
        return e.args[0]
    return {
        asyncio.CancelledError: "Cancelled",
        TimeoutError: "Timeout",
        asyncio.QueueShutDown: "ShutDown",
        ValueError: "Underflow",
        RuntimeError: "State",
    }[type(e)]


class Machine:
    def __init__(self, program, loop):
        self.program = program
        self.loop = loop
        self.log = []
        self.groups = {}
        self.scopes = {}
        self.children = {}
        self.puts = 0
        self.shut_down_at = {}
        self.queues = {}
        for name, kind, capacity in program["queues"]:
            make = {"fifo": asyncio.Queue, "lifo": asyncio.LifoQueue, "priority": asyncio.PriorityQueue}[kind]
            self.queues[name] = make(capacity or 0)

    def note(self, task, text):
        self.log.append([self.loop.time(), task, text])

    async def checkpoint(self):
        """Tokens are level-triggered: code that swallowed a cancellation meets it again at its next await."""
        task = asyncio.current_task()
        if any(isinstance(s, Timeout) and not s.expired() and s.when() is not None and s.when() <= self.loop.time() for s in task.open):
            await asyncio.sleep(0)  # G, H: a deadline that is due counts at once
        if task.cancelling():
            await asyncio.sleep(0)
            raise asyncio.CancelledError

    async def block(self, statements, me):
        for statement in statements:
            await getattr(self, "do_" + statement[0])(me, *statement[1:])

    async def do_mark(self, me, text):
        self.note(me, text)

    async def do_sleep(self, me, time):
        await self.checkpoint()
        await asyncio.sleep(time)
        self.note(me, "slept")

    async def do_raise(self, me, name):
        raise Failure(name)

    async def do_stray(self, me):
        raise asyncio.CancelledError

    async def do_group(self, me, name, body):
        await self.checkpoint()
        task = asyncio.current_task()
        depth = len(task.open)
        try:
            async with Group() as group:
                task.open.append(group)
                self.groups[name] = group
                await self.block(body, me)
        except BaseException as e:
            self.note(me, f"{name} {describe(e)}")
            raise
        else:
            self.note(me, f"{name} ok")
        finally:
            del task.open[depth:]
        await self.checkpoint()  # J: what finished in spite of a cancellation has finished

    async def do_start(self, me, group, name, body):
        await self.checkpoint()

        async def child():
            await self.block(body, name)
            await self.checkpoint()

        def ended(task):
            self.note(name, "end " + ("Cancelled" if task.cancelled() else describe(task.exception())))

        work = child()
        try:
            task = self.groups[group].create_task(work)
        except RuntimeError:
            raise asyncio.CancelledError from None  # A
        self.children[name] = task
        task.add_done_callback(ended)

    async def scope(self, me, name, scope, body):
        task = asyncio.current_task()
        depth = len(task.open)
        task.open.append(scope)
        try:
            async with scope:
                self.scopes[name] = scope
                await self.block(body, me)
        except BaseException as e:
            self.note(me, f"{name} {describe(e)} expired={scope.expired()}")
            raise
        else:
            self.note(me, f"{name} ok expired={scope.expired()}")
        finally:
            del task.open[depth:]
        await self.checkpoint()

    async def do_timeout(self, me, name, time, body):
        await self.checkpoint()
        await self.scope(me, name, Timeout(None if time is None else self.loop.time() + time), body)

    async def do_until(self, me, name, deadline, body):
        await self.checkpoint()
        await self.scope(me, name, Timeout(deadline), body)

    async def do_try(self, me, body, on_error, on_cancel, at_end):
        try:
            await self.block(body, me)
        except asyncio.CancelledError:
            if on_cancel is None:
                raise
            self.note(me, "swallowed")
            await self.block(on_cancel, me)
        except Exception as e:
            if on_error is None:
                raise
            self.note(me, f"caught {describe(e)}")
            await self.block(on_error, me)
        finally:
            if at_end is not None:
                self.note(me, "finally")
                await self.block(at_end, me)
        await self.checkpoint()

    async def do_shield(self, me, body):
        """A task of its own that no cancellation reaches; whatever came meanwhile is met at the next await (settled point 9)."""
        work = asyncio.create_task(self.block(body, me))
        while not work.done():
            try:
                await asyncio.wait([work])
            except asyncio.CancelledError:
                pass
        if work.cancelled():
            raise asyncio.CancelledError
        work.result()

    async def do_reschedule(self, me, name, time):
        self.scopes[name].reschedule(None if time is None else self.loop.time() + time)
        self.note(me, f"moved {name}")

    async def do_cancel_child(self, me, name):
        if name in self.children:
            self.children[name].cancel()

    async def do_cancel_group(self, me, name):
        self.groups[name].cancel()

    async def do_wait(self, me, name, pause):
        await self.checkpoint()
        if name in self.children:
            task = self.children[name]
            await asyncio.wait([task])
            await asyncio.sleep(pause)
            self.note(me, f"{name} is {'Cancelled' if task.cancelled() else 'Faulted' if task.exception() else 'Succeeded'}")

    async def do_put(self, me, queue, value, priority):
        await self.checkpoint()
        await self.unless_shut_down(queue, self.queues[queue].put(self.item(queue, value, priority)))
        self.note(me, f"put {value}")

    async def do_get(self, me, queue):
        await self.checkpoint()
        self.note(me, f"got {self.value(await self.unless_shut_down(queue, self.queues[queue].get()))}")

    async def unless_shut_down(self, queue, operation):
        """Settled point 4: what a waiter was told is not taken back by a cancellation at the same instant."""
        try:
            return await operation
        except asyncio.CancelledError:
            if self.shut_down_at.get(queue) == self.loop.time():
                raise asyncio.QueueShutDown from None
            raise

    async def do_try_put(self, me, queue, value, priority):
        try:
            self.queues[queue].put_nowait(self.item(queue, value, priority))
            self.note(me, f"put {value}")
        except (asyncio.QueueFull, asyncio.QueueShutDown):  # N
            self.note(me, "not put")

    async def do_try_get(self, me, queue):
        try:
            self.note(me, f"got {self.value(self.queues[queue].get_nowait())}")
        except (asyncio.QueueEmpty, asyncio.QueueShutDown):  # N
            self.note(me, "not got")

    async def do_done(self, me, queue):
        self.queues[queue].task_done()
        self.note(me, "done")

    async def do_join(self, me, queue):
        await self.checkpoint()
        await self.queues[queue].join()
        self.note(me, "joined")

    async def do_shutdown(self, me, queue, immediate):
        self.shut_down_at.setdefault(queue, self.loop.time())
        self.queues[queue].shutdown(immediate)
        self.note(me, "shut down")

    async def do_count(self, me, queue):
        q = self.queues[queue]
        self.note(me, f"{queue} holds {q.qsize()} of {q._unfinished_tasks}")

    def item(self, queue, value, priority):
        self.puts += 1
        return (priority, self.puts, value) if isinstance(self.queues[queue], asyncio.PriorityQueue) else value  # first in, first out among equals

    def value(self, item):
        return item[2] if isinstance(item, tuple) else item


def run(program):
    """The outcome, or None where two timers compete: then more than one order is right."""
    global DOWNWARD
    DOWNWARD = program["downward"]
    loop = Clock()
    loop.set_task_factory(lambda loop, coro, **kwargs: Task(coro, loop=loop, **kwargs))
    machine = Machine(program, loop)

    async def main():
        try:
            await machine.block(program["main"], "main")
            await machine.checkpoint()
        finally:
            if cancelling:
                cancelling.cancel()

    task = loop.create_task(main())
    cancelling = loop.call_later(program["cancel"], task.cancel) if program["cancel"] else None
    try:
        loop.run_until_complete(task)
        outcome = "ok"
    except Deadlock:
        outcome = "Deadlock"
    except BaseException as e:
        outcome = describe(e)
    result = None if loop.tie else {"outcome": outcome, "at": loop.now, "log": machine.log[:]}
    loop.close()
    return result


# --------------------------------------------------------------------------------------------------------------------- making

class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.names = 0
        self.downward = self.r.random() < 0.5
        self.swallows = self.r.random() < 0.5
        self.queues = [
            [f"q{i}", self.r.choice(["fifo", "lifo", "priority"]), self.r.choice([None, 1, 1, 2, 3])]
            for i in range(self.r.choice([0, 0, 1, 1, 2]))
        ]
        self.left = self.r.choice([8, 20, 40, 80])
        self.children = []

    def program(self):
        main = self.statement(Place()) if self.r.random() < 0.1 else self.make_group(Place()) + self.body(Place())
        cancel = self.deadline() if self.r.random() < 0.4 else None
        return {"queues": self.queues, "cancel": cancel, "downward": self.downward, "main": main}

    def name(self, letter):
        self.names += 1
        return f"{letter}{self.names}"

    def time(self, longest=0):
        longest = longest or self.r.choice([10, 40, 100])
        return self.r.randint(1, longest) * 1000 + self.r.randint(1, 999)

    def deadline(self):
        return self.time(self.r.choice([40, 400, 1000]))

    def body(self, place, least=1):
        out = []
        for _ in range(self.r.randint(least, 6)):
            if self.left <= 0:
                break
            self.left -= 1
            out.extend(self.statement(place))
        return out or [["sleep", self.time()]]

    def statement(self, place):
        r = self.r
        deep = place.depth >= 6
        choices = ["sleep"] * 6 + ["mark"] + ["raise"] * (r.random() < 0.5)
        if not deep:
            choices += ["group"] * 4 + ["timeout"] * 4 + ["until"] + ["try"] * 3
        if not deep and place.groups:
            choices += ["start"] * (20 if place.starts_now else 6)
        if place.groups:
            choices += ["cancel_group"]
        if place.scopes:
            choices += ["reschedule"] * 2
        if self.children:
            choices += ["cancel_child", "wait"]
        if self.queues:
            choices += ["queue"] * 14
        if place.may_stray:
            choices += ["stray"] * (r.random() < 0.3)
        return getattr(self, "make_" + r.choice(choices))(place)

    def make_sleep(self, place):
        return [["sleep", self.time()]]

    def make_mark(self, place):
        return [["mark", self.name("m")]]

    def make_raise(self, place):
        return [["sleep", self.time()], ["raise", self.name("E")]]

    def make_stray(self, place):
        return [["sleep", self.time()], ["stray"]]  # B: the library runs with OnForeignCancellation.Ignore; 11: in a child's own code only

    def make_group(self, place):
        name = self.name("g")
        body = self.body(place.inside(group=name), least=2)
        return [["group", name, body]]

    def make_start(self, place):
        name = self.name("c")
        group = self.r.choice(place.groups)
        body = [["sleep", self.time()]] + self.body(place.child_of(group))  # F: a child cancelled before its first step begins none the less
        self.children.append(name)
        return [["start", group, name, body]]

    def make_timeout(self, place):
        name = self.name("s")
        time = self.r.choice([None, 0] + [self.deadline() for _ in range(8)])
        body = self.body(place.inside(scope=name))
        if time == 0:
            body.insert(0, ["sleep", self.time()])  # 13: a deadline that passed counts, even if nothing was awaited
        return [["timeout", name, time, body]]

    def make_until(self, place):
        outer, name = self.name("s"), self.name("s")
        at = self.r.choice([0] + [self.deadline() for _ in range(4)])
        inner = [["until", name, at, [["sleep", self.time()]] + self.body(place.inside(scope=outer).inside(scope=name))]]
        if self.r.random() < 0.3:
            inner = [["group", self.name("g"), inner]]
        return [["until", outer, at, ([["sleep", self.time()]] if at == 0 or self.r.random() < 0.5 else []) + inner]]

    def make_try(self, place):
        r = self.r
        body = self.body(place.inside())
        on_error = on_cancel = at_end = None
        if r.random() < 0.6:
            on_error = [["sleep", self.time()]] + (self.body(place.inside()) if r.random() < 0.3 else [])
        if self.swallows and r.random() < 0.4:
            on_cancel = self.cleanup(place)
        if r.random() < 0.4 or on_error is on_cancel is None:
            at_end = self.cleanup(place)
        return [["try", body, on_error, on_cancel, at_end]]

    def cleanup(self, place):
        r = self.r
        out = [["mark", self.name("m")]] if r.random() < 0.3 else []
        if self.downward and r.random() < 0.6:
            inner = [["sleep", self.time()]]
            if r.random() < 0.3 and self.left > 0:
                inner += self.body(place.shielded())
            out.append(["shield", inner])
        if r.random() < 0.15:
            out.append(["raise", self.name("E")])
        return out

    def make_reschedule(self, place):
        time = self.r.choice([None, 0] + [self.deadline() for _ in range(6)])
        out = [["sleep", self.time()], ["reschedule", self.r.choice(place.scopes), time]]
        return out + [["sleep", self.time()]] if time == 0 else out

    # A pause after each: in asyncio what follows travels from task to task within the instant, here it is there at once (settled point 2).

    def make_cancel_child(self, place):
        return [["sleep", self.time()], ["cancel_child", self.r.choice(self.children)], ["sleep", self.time()]]

    def make_cancel_group(self, place):
        return [["sleep", self.time()], ["cancel_group", self.r.choice(place.groups)], ["sleep", self.time()]]

    def make_wait(self, place):
        return [["wait", self.r.choice(self.children), self.time()]]

    def make_queue(self, place):
        """A pause before and after: two tasks at the queue at one instant compete (4: asyncio's waiters can be overtaken, the library's cannot)."""
        r = self.r
        queue = r.choice(self.queues)[0]
        verb = r.choice(["put"] * 12 + ["get"] * 8 + ["take"] * 4 + ["done", "join", "shutdown", "try_put", "try_get", "count", "count"])
        if verb in ("put", "try_put"):
            statement = [verb, queue, self.name("i"), r.randint(1, 3)]
        elif verb == "shutdown":
            statement = [verb, queue, r.random() < 0.4]
        elif verb == "take":
            return [["sleep", self.time()], ["get", queue], ["sleep", self.time()], ["done", queue], ["sleep", self.time()]]
        else:
            statement = [verb, queue]
        return [["sleep", self.time()], *self.in_time(statement), ["sleep", self.time()]]

    def in_time(self, statement):
        """Half of those who may wait give up after a while, so that fewer programs wait for ever."""
        if statement[0] not in ("put", "get", "join") or self.r.random() < 0.5:
            return [statement]
        return [["try", [["timeout", self.name("s"), self.time(), [statement]]], [["sleep", self.time()]], None, None]]


class Place:
    """What code at this place can name."""

    def __init__(self, groups=(), scopes=(), depth=0, may_stray=False, starts_now=False):
        self.groups, self.scopes, self.depth, self.may_stray, self.starts_now = list(groups), list(scopes), depth, may_stray, starts_now

    def inside(self, group=None, scope=None):
        return Place(self.groups + ([group] if group else []), self.scopes + ([scope] if scope else []), self.depth + 1, False, group is not None)

    def child_of(self, group):
        return Place(self.groups[:self.groups.index(group) + 1], [], self.depth + 1, True)

    def shielded(self):
        return Place([], [], self.depth + 1)


def main(first, count):
    seed = first
    while count > 0:
        program = Maker(seed).program()
        result = run(program)
        if result is not None:
            print(json.dumps({"seed": seed, **program, "asyncio": result}, separators=(",", ":")))
            count -= 1
        seed += 1


if __name__ == "__main__":
    import warnings
    warnings.simplefilter("ignore")  # programs that wait for ever leave tasks behind
    sys.unraisablehook = lambda _: None
    asyncio.log.logger.disabled = True
    main(int(sys.argv[1]), int(sys.argv[2]))
