#!/usr/bin/env python3
"""A battery-swap station written from docs/plc-contract.md alone, in Python 3.11 with nothing but its standard library.

One bay, one robot, one shuttle with one or two berths, a rack of slots; taxis come by themselves. It shares no code with Pitlane and
knows nothing of it but that text. `--help` lists the options. Lines on standard input are what people do: `taxi`, `estop`, `reset`,
`confirm`, `power-cut`, `quit`.
"""
import argparse
import os
import select
import sys
import uuid

from clock import Clock
from commands import Commands
from equipment import Equipment
from memory import Memory
from mqtt import Mqtt
from surroundings import Surroundings
from uplink import FIRMWARE, Uplink


class Station(Uplink, Commands, Surroundings):
    def __init__(self, options):
        self.options = options
        self.memory = Memory(options.state)
        world = os.path.join(options.state, "equipment.json")
        self.equipment = Equipment(world, options.slots, options.packs, options.berths, options.station)
        self.clock = Clock(options.time_scale)
        self.topic = f"pitlane/v1/{options.station}/"
        self.mqtt = Mqtt(self.receive, self.connected)
        self.motions = {}  # mover -> command id
        self.tasks = {}  # command id -> scheduled stages
        self.charging = set()
        self.sent_seq, self.progress_s, self.quiet = 0, 0.0, 0
        self.ack_times = []  # (wall s, seq): when what was acknowledged
        self.backoff_s, self.reconnect_at_s = 0.5, 0.0
        self.charged_to_ms = 0
        self.registers = dict(self.fact("registers", {}))

    # --- start -----------------------------------------------------------------------------------------------------

    def boot(self):
        first = self.fact("journalId") is None
        if first:
            self.memory.write(facts={
                "journalId": str(uuid.uuid4()), "epoch": 0, "acked": 0, "safety": "ready", "ready": [], "limits": {},
                "charging": [], "registers": {}, "announced": None, "read": {},
            })
        self.memory.write(facts={"boot": self.fact("boot", 0) + 1})
        self.journal("booted", {"reason": "powerOn", "firmware": FIRMWARE})
        running = [(key, known) for key, known in self.memory.commands.items() if known["state"] == "running"]
        for key, known in running:
            self.read_what_changed(key)
            self.finish(key, known, "unknown", None, 0)
        if running or self.fact("safety") != "ready" or not self.equipment.quiet():
            self.set_safety("awaitingReset", "powerLoss")
        if self.equipment.car and self.fact("announced") != self.equipment.car["vin"]:
            self.announce()
        for slot in range(1, self.options.slots + 1):
            if slot in self.fact("charging", []):
                self.end_charge(slot, "powerLost")
            self.consider_charging(slot)
        self.clock.every_wall(1, self.heartbeat)
        self.clock.every_wall(10, self.telemetry)
        self.clock.every_wall(0.25, self.tick)
        self.clock.every_wall(7, lambda: self.mqtt.ready and self.mqtt.ping())
        self.clock.every_wall(10, self.save)
        if self.equipment.released:
            self.clock.after_equipment(8000, self.drive_out)
        else:
            self.expect_taxi()

    def read_what_changed(self, key):
        for place in self.equipment.bay_places():
            code = self.equipment.at.get(place)
            if code != self.fact("read").get(place):
                self.journal_read(place, code, key, self.equipment.reading(code) if code else None)

    def save(self):
        self.memory.write(facts={"registers": self.registers})
        self.equipment.save()

    def lines(self):
        data = os.read(sys.stdin.fileno(), 65536)
        return [line.decode().strip() for line in data.splitlines()] if data else ["power-cut"]

    def person(self, line):
        """A line from standard input. False ends the program in good order."""
        if line == "power-cut":
            os._exit(9)
        if line == "taxi":
            self.taxi_enters()
        else:
            self.press(line)
        return line != "quit"

    def run(self):
        self.boot()
        while True:
            self.connect_when_due()
            readers = ([sys.stdin] if self.options.stdin else []) + ([self.mqtt.sock] if self.mqtt.sock else [])
            writers = [self.mqtt.sock] if self.mqtt.sock and self.mqtt.out else []
            readable, writable, _ = select.select(readers, writers, [], self.clock.wait_s())
            if sys.stdin in readable and not all(map(self.person, self.lines())):
                return
            try:
                if self.mqtt.sock in readable:
                    self.mqtt.read()
                if writable:
                    self.mqtt.flush()
            except OSError as problem:
                self.mqtt.broken = problem
            self.clock.run_due()
            if self.mqtt.broken:
                self.disconnected(self.mqtt.broken)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--station", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=1883)
    parser.add_argument("--username")
    parser.add_argument("--password")
    parser.add_argument("--ca", help="certificate authority of the broker; switches TLS on")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--state", required=True, help="folder of the non-volatile memory and of the equipment's state")
    parser.add_argument("--slots", type=int, default=8)
    parser.add_argument("--packs", type=int, default=6)
    parser.add_argument("--berths", type=int, choices=(1, 2), default=2)
    parser.add_argument("--time-scale", type=float, default=1.0)
    parser.add_argument("--taxis", type=int, default=0, help="so many taxis come by themselves")
    parser.add_argument("--gap-s", type=float, default=20, help="equipment seconds between two taxis")
    parser.add_argument("--stdin", action="store_true", help="obey standard input")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        Station(parse()).run()
    except KeyboardInterrupt:
        pass
