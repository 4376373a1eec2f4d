"""From the service: the fence, commands, cancels, motions and stops. Sections 8, 9 and 10 of the contract."""
import json
import random
import re

from equipment import BAY, SECONDS, movers

REMEMBER = 256
COMMAND_ID = re.compile(r"[a-z0-9-]{1,32}/[1-9][0-9]?/(bay|cycle)/[a-z0-9.-]{1,64}/\d{1,15}\.\d{1,15}\.\d{1,4}")
HASH = re.compile(r"[!-~]{8,64}")
BAY_ID = re.compile(r"[1-9][0-9]?")


class Commands:
    # --- downlink, section 8 ---------------------------------------------------------------------------------------

    def receive(self, topic, payload, retained):
        if retained or len(payload) > 65536:
            return
        try:
            message = json.loads(payload.decode("utf-8"))
            good = message["v"] == 1 and message["station"] == self.options.station and self.whole(message["epoch"])
            kind, ack = message["kind"], message["ack"]
            good = good and (ack is None or (isinstance(ack["journalId"], str) and self.whole(ack["seq"])))
        except (ValueError, KeyError, TypeError, RecursionError):
            return
        handler = {"command": self.command, "cancel": self.cancel, "resend": self.resend, "ack": None, "helloRequest": None}
        if not good or not isinstance(kind, str) or kind not in handler or not self.well_formed(message):
            return
        self.quiet = 0
        self.acknowledged(ack)
        if kind in ("command", "cancel") and message["epoch"] < self.fact("epoch"):
            self.publish("fenced", id=message["id"], epoch=self.fact("epoch"))
            return
        if message["epoch"] > self.fact("epoch"):
            self.memory.write(facts={"epoch": message["epoch"]})
        if kind == "helloRequest":
            self.hello()
        elif handler[kind]:
            handler[kind](message)

    @staticmethod
    def whole(value):
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0

    def well_formed(self, m):
        """The head of each kind. What is wrong in `type` or `params` gets an answer later."""
        if m["kind"] == "resend":
            return self.whole(m.get("fromSeq")) and m["fromSeq"] >= 1
        if m["kind"] not in ("command", "cancel"):
            return True
        patterns = {"id": COMMAND_ID, "hash": HASH, "bay": BAY_ID}
        if not all(isinstance(m.get(name), str) and pattern.fullmatch(m[name]) for name, pattern in patterns.items()):
            return False
        if m["kind"] == "cancel":
            return True
        v = m.get("validity")
        timed = isinstance(v, dict) and self.whole(v.get("boot")) and self.whole(v.get("untilBeat"))
        return timed and isinstance(m.get("type"), str) and "params" in m

    def resend(self, message):
        start = message["fromSeq"]
        if start <= self.memory.last_seq:
            self.memory.write(facts={"acked": min(self.fact("acked"), start - 1)})
            self.sent_seq = start - 1
            self.progress_s = self.clock.wall_s()
            self.pump()

    def publish_again(self, seq):
        if self.mqtt.ready and seq in self.memory.records:
            self.publish_record(seq)
            return True
        return False

    def command(self, c):
        key = c["id"]
        known = self.memory.commands.get(key)
        if known and known["hash"] != c["hash"]:
            self.conflict(c)
        elif known and known["state"] == "finished":
            self.publish_again(known["resultSeq"])
        elif known:
            self.publish_again(known["acceptedSeq"])
        else:
            self.new_command(key, c)

    def conflict(self, c):
        key = f"{c['id']} {c['hash']}"
        before = self.memory.commands.get(key)
        if before:
            self.publish_again(before["resultSeq"])
            return
        self.stop("awaitingReset", "commandConflict")
        self.finish(key, {"id": c["id"], "hash": c["hash"], "type": c["type"], "validity": c["validity"]}, "conflict", None, 0)
        self.alarm("conflict/" + BAY, 1, "commandConflict", True)

    def new_command(self, key, c):
        known = {"id": c["id"], "hash": c["hash"], "type": c["type"], "validity": c["validity"], "state": "running"}
        if c["validity"]["boot"] != self.fact("boot") or self.clock.beat() > c["validity"]["untilBeat"]:
            self.finish(key, known, "expired", None, 0)
            return
        reason = self.why_not(c)
        if reason:
            self.finish(key, known, "refused", reason, 0)
            return
        known["acceptedSeq"] = self.memory.last_seq + 1
        self.journal("commandAccepted", {"id": key}, commands={key: known})
        self.move(key, known, c)

    def why_not(self, c):
        if c["type"] not in SECONDS:
            return "unknownCommand"
        station, bay = c["id"].split("/")[:2]
        if station != self.options.station or bay != c["bay"] or bay != BAY or self.equipment.bad_parameters(c["type"], c["params"]):
            return "badParameters"
        if c["type"] == "setChargeLimit":
            return None
        if self.fact("safety") != "ready":
            return "awaitingConfirm" if self.fact("safety") == "awaitingConfirm" else "emergencyStop"
        if movers(c["type"]) & set(self.motions):
            return "moverBusy"
        return self.equipment.refusal(c["type"], c["params"])

    def cancel(self, x):
        known = self.memory.commands.get(x["id"])
        if known is None:
            self.finish(x["id"], {"id": x["id"], "hash": x["hash"], "type": "", "validity": None}, "cancelled", None, 0)
        elif known["state"] == "finished":
            self.publish_again(known["resultSeq"])
        elif known.get("tooLateSeq"):
            self.publish_again(known["tooLateSeq"])
        else:
            known["tooLateSeq"] = self.memory.last_seq + 1
            self.journal("cancelTooLate", {"id": x["id"]}, commands={x["id"]: known})

    def finish(self, key, known, outcome, reason, duration_ms):
        done = {**known, "state": "finished", "outcome": outcome, "reason": reason, "resultSeq": self.memory.last_seq + 1}
        body = {"id": known["id"], "hash": known["hash"], "outcome": outcome, "reason": reason, "detail": None,
                "durationMs": duration_ms, "sensors": dict(self.equipment.sensors)}
        self.journal("commandResult", body, commands={key: done}, forget=self.forgettable())

    def forgettable(self):
        """Section 8: acknowledged, validity over, and many younger results."""
        finished = [(key, k) for key, k in self.memory.commands.items() if k["state"] == "finished"]
        over = lambda v: v is None or v["boot"] != self.fact("boot") or self.clock.beat() > v["untilBeat"]
        return [key for key, k in finished[:-REMEMBER] if k["resultSeq"] <= self.fact("acked") and over(k["validity"])]

    # --- motions ---------------------------------------------------------------------------------------------------

    def move(self, key, known, c):
        for mover in movers(c["type"]):
            self.motions[mover] = key
        started = self.clock.at_ms()
        duration = SECONDS[c["type"]] * 1000 * random.uniform(0.95, 1.08)

        def end(outcome, reason):
            self.leave(key)
            self.finish(key, known, outcome, reason, self.clock.at_ms() - started)
            if outcome == "completed":
                self.completed(c)

        def stage(action):
            def run():
                reason = action()
                if reason:
                    end("failed", reason)
            return run

        def read(place):
            code = self.equipment.at.get(place)
            reading = self.equipment.reading(code) if code else None
            self.journal_read(place, code, key, reading)
            return code

        def unplug(slot):
            self.end_charge(slot, "removed")
            self.equipment.plugged[str(slot)] = False
            self.set_ready(slot, False)

        stages = self.equipment.stages(c["type"], c["params"], read, unplug) if c["type"] != "setChargeLimit" else []
        self.tasks[key] = [self.clock.after_equipment(share * duration, stage(action)) for share, action in stages]
        self.tasks[key].append(self.clock.after_equipment(duration, lambda: end("completed", None)))
        self.tasks[key].append((started, known))

    def journal_read(self, place, code, key, reading):
        body = {"place": place, "code": code, "commandId": key, "reading": reading}
        elsewhere = {p: None if c == code else c for p, c in self.fact("read").items()}
        self.journal("packRead", body, facts={"read": {**elsewhere, place: code}})

    def leave(self, key):
        for task in self.tasks.pop(key)[:-1]:
            self.clock.cancel(task)
        for mover in [m for m, i in self.motions.items() if i == key]:
            del self.motions[mover]

    def completed(self, c):
        params = c["params"]
        if c["type"] == "release":
            self.equipment.released = True
            self.equipment.save()
            self.clock.after_equipment(8000, self.drive_out)
        elif c["type"] == "connectCharger":
            self.equipment.save()
            self.consider_charging(params["slot"])
        elif c["type"] == "setChargeLimit":
            name = "station" if params["slot"] is None else str(params["slot"])
            self.memory.write(facts={"limits": {**self.fact("limits"), name: params["powerW"]}})
            for n, _ in self.occupied_slots():
                self.consider_charging(n)

    # --- safety, section 10 ----------------------------------------------------------------------------------------

    def set_safety(self, state, cause):
        body = {"bay": BAY, "state": state, "cause": cause, "sensors": dict(self.equipment.sensors)}
        self.journal("safety", body, facts={"safety": state})

    def stop(self, state, cause):
        stopped = {key: self.tasks[key][-1] for key in set(self.motions.values())}
        for key in stopped:
            self.leave(key)
        self.set_safety(state, cause)
        for key, (started, known) in stopped.items():
            self.finish(key, known, "failed", "emergencyStop", self.clock.at_ms() - started)

    def alarm(self, key, level, code, active):
        alarms = dict(self.fact("alarms", {}))
        body = {"key": key, "active": active, "level": level, "code": code, "place": None, "pack": None, "detail": None}
        if active:
            alarms[key] = body
        elif alarms.pop(key, None) is None:
            return
        self.journal("alarm", body, facts={"alarms": alarms})

    def press(self, line):
        """A button of the panel."""
        if line in ("estop", "reset", "confirm"):
            button = "emergencyStop" if line == "estop" else line
            if line == "reset" and self.fact("safety") == "stopped":
                self.set_safety("awaitingReset", "emergencyStop")  # whoever resets has pulled the button out
            self.journal("panel", {"bay": BAY, "button": button, "person": None})
            if line == "estop":
                self.equipment.set(emergencyStop=True)
                self.stop("stopped", "emergencyStop")
            elif line == "reset" and self.fact("safety") == "awaitingReset":
                self.equipment.set(emergencyStop=False)
                self.set_safety("awaitingConfirm", "reset")
            elif line == "confirm" and self.fact("safety") == "awaitingConfirm":
                self.set_safety("ready", "confirm")
                self.alarm("conflict/" + BAY, 1, "commandConflict", False)
