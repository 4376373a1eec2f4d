"""Towards the service: connection, journal, hello, heartbeat. Sections 3, 5, 7 and 13 of the contract."""
import json
import random
import sys
import uuid
from datetime import datetime, timezone

from equipment import BAY, LIFT, VEHICLE, berth_place, slot_place

WINDOW, REPUBLISH_S, KEEP_S = 64, 2.0, 15 * 60
FIRMWARE = "stranger 1.0"


class Uplink:
    # --- memory ----------------------------------------------------------------------------------------------------

    def fact(self, key, default=None):
        return self.memory.facts.get(key, default)

    def journal(self, event_type, body, **together):
        """Stores a record (and what must become true with it) and publishes it. Section 5."""
        seq = self.memory.last_seq + 1
        record = {"seq": seq, "boot": self.fact("boot"), "atMs": self.clock.at_ms(), "type": event_type, "body": body}
        if self.fact("acked", 0) == self.memory.last_seq:
            self.progress_s = self.clock.wall_s()
        self.memory.write(records=[record], **together)
        self.pump()
        return seq

    # --- connection, section 3 -------------------------------------------------------------------------------------

    def connect_when_due(self):
        if self.mqtt.sock or self.clock.wall_s() < self.reconnect_at_s:
            return
        try:
            self.mqtt.connect(self.options, self.topic + "up", self.encode("will"), self.topic + "down")
        except OSError as problem:
            self.disconnected(problem)

    def disconnected(self, problem):
        print(f"no connection: {problem}", file=sys.stderr, flush=True)
        self.mqtt.close()
        self.mqtt.broken = None
        self.reconnect_at_s = self.clock.wall_s() + self.backoff_s * random.uniform(0.8, 1.2)
        self.backoff_s = min(8.0, self.backoff_s * 2)

    def connected(self):
        self.backoff_s, self.quiet = 0.5, 0
        self.hello()
        self.sent_seq, self.progress_s = self.fact("acked"), self.clock.wall_s()
        self.pump()

    def encode(self, kind, **fields):
        head = {"v": 1, "station": self.options.station, "journalId": self.fact("journalId"), "boot": self.fact("boot"), "kind": kind}
        return json.dumps({**head, **fields}).encode("utf-8")

    def publish(self, kind, channel="up", **fields):
        if self.mqtt.ready:
            self.mqtt.publish(self.topic + channel, self.encode(kind, **fields), 0 if channel == "telemetry" else 1)

    # --- journal, section 5 ----------------------------------------------------------------------------------------

    def pump(self):
        """Publishes what this connection has not carried yet, at most 64 records beyond the acknowledgement."""
        limit = min(self.memory.last_seq, self.fact("acked", 0) + WINDOW)
        while self.mqtt.ready and self.sent_seq < limit:
            self.sent_seq = self.publish_record(self.sent_seq + 1)

    def publish_record(self, seq):
        record = self.memory.records.get(seq)
        if record:
            self.publish("record", **record)
            return seq
        to = min((s for s in self.memory.records if s > seq), default=self.memory.last_seq + 1) - 1
        lost = {"seq": seq, "boot": self.fact("boot"), "atMs": self.clock.at_ms()}
        self.publish("record", **lost, type="journalLost", body={"from": seq, "to": to})
        return to

    def acknowledged(self, ack):
        if not ack or ack.get("journalId") != self.fact("journalId") or ack["seq"] <= self.fact("acked"):
            return
        if ack["seq"] > self.memory.last_seq:
            self.new_journal()
            return
        self.ack_times.append((self.clock.wall_s(), ack["seq"]))
        old = [seq for at, seq in self.ack_times if at < self.clock.wall_s() - KEEP_S]
        self.ack_times = [pair for pair in self.ack_times if pair[0] >= self.clock.wall_s() - KEEP_S]
        drop = [seq for seq in self.memory.records if old and seq <= old[-1]]
        self.memory.write(facts={"acked": ack["seq"]}, drop=drop)
        self.progress_s = self.clock.wall_s()
        self.pump()

    def new_journal(self):
        """The service has seen records this memory does not know: their numbers are used up."""
        self.memory.records.clear()
        self.memory.last_seq = 0
        bare = {key: {**k, "acceptedSeq": 0, "resultSeq": 0, "tooLateSeq": 0} for key, k in self.memory.commands.items()}
        self.memory.write(facts={"journalId": str(uuid.uuid4()), "acked": 0}, commands=bare)
        self.memory.compact()
        self.sent_seq = 0
        self.alarm("journal", 2, "journalBehind", True)
        self.hello()

    def tick(self):
        if self.mqtt.ready and self.memory.last_seq > self.fact("acked"):
            wait = REPUBLISH_S if self.quiet < 10 else 10
            if self.clock.wall_s() - self.progress_s >= wait:
                self.quiet += 1
                self.progress_s = self.clock.wall_s()
                self.sent_seq = self.fact("acked")
                self.pump()
        self.charge()

    def heartbeat(self):
        fields = {"beat": self.clock.beat(), "atMs": self.clock.at_ms(), "lastSeq": self.memory.last_seq, "epoch": self.fact("epoch")}
        self.publish("heartbeat", "telemetry", **fields)

    def telemetry(self):
        slots = [{"slot": n, "socPct": self.equipment.soc(code), "powerW": self.slot_power(n), "maxCellC": 27.5}
                 for n, code in self.occupied_slots()]
        self.publish("telemetry", "telemetry", atMs=self.clock.at_ms(), powerW=sum(s["powerW"] for s in slots), slots=slots)

    # --- hello, section 7 ------------------------------------------------------------------------------------------

    def hello(self):
        utc = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        at, equipment = self.equipment.at, self.equipment
        place = lambda name: {"place": name, "code": at.get(name)}
        active = {i: self.memory.commands[i]["type"] for i in self.motions.values()}
        bay = {
            "bay": BAY, "berths": self.options.berths, "sensors": equipment.sensors, "safety": self.fact("safety"),
            "active": [{"id": i, "type": t} for i, t in active.items()],
            "vehicle": equipment.identity() if self.fact("announced") else None,
            "places": [place(berth_place(n + 1)) for n in range(self.options.berths)] + [place(LIFT), place(VEHICLE)],
        }
        slots = []
        for n in range(1, self.options.slots + 1):
            code = at.get(slot_place(n))
            slots.append({"slot": n, "code": code, "socPct": equipment.soc(code) if code else None, "charging": n in self.charging,
                          "ready": n in self.fact("ready")})
        results = [k for k in self.memory.commands.values() if k["state"] == "finished" and k["resultSeq"] and k["outcome"] != "conflict"]
        results = sorted(results, key=lambda known: known["resultSeq"])[-64:]
        self.publish("hello", body={
            "asOfSeq": self.memory.last_seq, "oldestSeq": min(self.memory.records, default=0), "epoch": self.fact("epoch"),
            "firmware": FIRMWARE, "anchor": {"atMs": self.clock.at_ms(), "utc": utc}, "timeScale": self.options.time_scale,
            "beat": self.clock.beat(), "stationPowerLimitW": self.limit(None), "bays": [bay], "slots": slots,
            "isolation": [place("isolation/1")],
            "results": [{"id": k["id"], "hash": k["hash"], "outcome": k["outcome"], "seq": k["resultSeq"]} for k in results],
            "alarms": list(self.fact("alarms", {}).values()),
        })
