"""The equipment of one bay and its slots: what stands where, and what each command does. Sections 2 and 9 of the contract."""
import json
import os
import random

CAPACITY_WH = 54_200
BAY = "1"
LIFT, VEHICLE = f"bay/{BAY}/lift", f"bay/{BAY}/vehicle"
AT_REST = {
    "vehiclePresent": False, "clamps": "open", "vehicleLift": "down", "packLock": "noPack",
    "packLift": "down", "shuttle": "atSlot", "exitLight": "red", "emergencyStop": False,
}
ROBOT = {"authorise": 2, "positionAndClamp": 12, "liftVehicle": 6, "unlockPack": 8, "lowerPack": 6, "raisePack": 6,
         "lockPack": 8, "verifyPack": 8, "lowerVehicle": 6, "release": 4}
SHUTTLE = {"fetchPack": 20, "stowPack": 20, "connectCharger": 5, "isolatePack": 30}
SECONDS = {**ROBOT, **SHUTTLE, "exchange": 12, "setChargeLimit": 0}
PARAMS = {
    "authorise": {"swap", "vin"}, "positionAndClamp": set(), "liftVehicle": set(), "unlockPack": {"pack"},
    "lowerPack": {"pack"}, "exchange": {"give", "take"}, "raisePack": {"pack"}, "lockPack": {"pack"},
    "verifyPack": {"pack"}, "lowerVehicle": set(), "release": {"reason"}, "fetchPack": {"pack", "slot", "berth"},
    "stowPack": {"pack", "berth", "slot"}, "connectCharger": {"pack", "slot"},
    "isolatePack": {"pack", "from", "to"}, "setChargeLimit": {"slot", "powerW"},
}


def movers(command):
    if command in ROBOT:
        return {"robot"}
    if command in SHUTTLE:
        return {"shuttle"}
    return {"robot", "shuttle"} if command == "exchange" else set()


def slot_place(number):
    return f"slot/{number}"


def berth_place(number):
    return f"bay/{BAY}/berth/{number}"


def serial_of(station):
    """Seven characters that differ between stations and may stand in a pack code and in a VIN."""
    plain = "".join(c for c in station.upper() if c.isalnum()).translate(str.maketrans("IOQ", "109"))
    return plain[-7:].rjust(7, "0")


def first_of(*checks):
    """The reason of the first check that does not hold, or None."""
    return next((reason for holds, reason in checks if not holds), None)


class Equipment:
    def __init__(self, path, slots, packs, berths, station):
        self.path, self.slot_count, self.berths = path, slots, berths
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.__dict__.update(json.load(file))
            return
        serial = serial_of(station)
        codes = [f"STRPB54{serial}F6{'123456789ABCDEFGH'[i % 17]}{i + 1:07d}" for i in range(packs)]
        self.sensors = dict(AT_REST)
        self.at = {slot_place(i + 1): code for i, code in enumerate(codes)}
        self.energy_wh = {code: 0.95 * CAPACITY_WH for code in codes}
        self.plugged = {str(i + 1): True for i in range(packs)}
        self.car = None
        self.released = False
        self.save()

    def save(self):
        kept = ("sensors", "at", "energy_wh", "plugged", "car", "released")
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            json.dump({key: getattr(self, key) for key in kept}, file)
        os.replace(self.path + ".new", self.path)

    def set(self, **sensors):
        self.sensors.update(sensors)
        self.save()

    def move(self, source, target):
        self.at[target] = self.at.pop(source)
        self.save()

    def soc(self, code):
        return round(100 * self.energy_wh[code] / CAPACITY_WH, 1)

    def reading(self, code):
        return {"socPct": self.soc(code), "energyWh": round(self.energy_wh[code]), "sohPct": 97.0, "maxCellC": 27.5,
                "firmware": "bms 1.0", "model": "ST54"}

    def bay_places(self):
        return [berth_place(n + 1) for n in range(self.berths)] + [LIFT, VEHICLE]

    def quiet(self):
        rest = {**AT_REST, "shuttle": self.sensors["shuttle"]}
        return self.car is None and LIFT not in self.at and self.sensors == rest and rest["shuttle"] != "between"

    # --- the car ---------------------------------------------------------------------------------------------------

    def identity(self):
        """`vehicle` of section 6.2: what the car itself says, so the pack it stands on, too."""
        code = self.at.get(VEHICLE)
        return {**self.car, "pack": code, "socPct": self.soc(code) if code else None} if self.car else None

    def car_stops(self, vin, code, soc):
        self.energy_wh[code] = soc / 100 * CAPACITY_WH
        self.at[VEHICLE] = code
        self.car = {"vin": vin, "odometerKm": 20000 + random.randint(0, 90000), "firmware": "bms 1.0", "parked": True,
                    "hvOff": True, "consent": True}
        self.released = False
        self.set(vehiclePresent=True, packLock="locked")

    def car_leaves(self):
        code = self.at.pop(VEHICLE, None)
        self.energy_wh.pop(code, None)
        self.car = None
        self.set(vehiclePresent=False, packLock="noPack", exitLight="red")
        return code

    # --- preconditions, section 9 ----------------------------------------------------------------------------------

    def has_slot(self, n):
        return isinstance(n, int) and not isinstance(n, bool) and 1 <= n <= self.slot_count

    def has_berth(self, n):
        return isinstance(n, int) and not isinstance(n, bool) and 1 <= n <= self.berths

    def bad_parameters(self, command, p):
        if not isinstance(p, dict) or set(p) != PARAMS[command]:
            return True
        for name in ("pack", "vin", "swap", "reason", "from", "to"):
            if name in p and not isinstance(p[name], str):
                return True
        if command == "exchange":
            parts = [part for part in (p["give"], p["take"]) if part is not None]
            if not parts or any(not isinstance(x, dict) or set(x) != {"pack", "berth"} for x in parts):
                return True
            numbers = [x["berth"] for x in parts]
            return not all(map(self.has_berth, numbers)) or len(set(numbers)) < len(numbers)
        if command == "setChargeLimit":
            watts = p["powerW"]
            whole = isinstance(watts, int) and not isinstance(watts, bool) and watts >= 0
            return not whole or not (p["slot"] is None or self.has_slot(p["slot"]))
        if command == "isolatePack":
            known = {slot_place(n + 1) for n in range(self.slot_count)} | {berth_place(n + 1) for n in range(self.berths)}
            return p["from"] not in known or p["to"] != "isolation/1"
        return ("slot" in p and not self.has_slot(p["slot"])) or ("berth" in p and not self.has_berth(p["berth"]))

    def holds(self, place, code):
        """Checks for `<pack>` at a place."""
        found = self.at.get(place)
        return (found is not None, "packMissing"), (found == code, "wrongPack")

    def refusal(self, command, p):
        s, at = self.sensors, self.at
        if command in ROBOT and not s["vehiclePresent"]:
            return "vehicleAbsent"
        up = (s["vehicleLift"] == "up", "interlock")
        table_down = (s["packLift"] == "down", "interlock")
        either = LIFT if LIFT in at else VEHICLE
        if command == "positionAndClamp":
            return first_of((s["clamps"] != "closed", "interlock"), (s["vehicleLift"] == "down", "interlock"))
        if command == "liftVehicle":
            return first_of((s["clamps"] == "closed" and s["vehicleLift"] != "up", "interlock"), table_down)
        if command == "unlockPack":
            return first_of(up, (s["packLock"] != "noPack", "packMissing"), (s["packLock"] != "unlocked", "interlock"),
                            *self.holds(VEHICLE, p["pack"]), (LIFT not in at, "placeOccupied"))
        if command == "lowerPack":
            free = s["packLock"] in ("unlocked", "noPack") and s["packLift"] != "down"
            return first_of(up, (free, "interlock"), *self.holds(either, p["pack"]))
        if command == "raisePack":
            return first_of(up, (s["packLift"] != "up", "interlock"), (VEHICLE not in at, "placeOccupied"),
                            *self.holds(LIFT, p["pack"]))
        if command == "lockPack":
            table = s["packLift"] == "up" or (s["packLift"] == "between" and s["packLock"] != "unlocked")
            return first_of((table, "interlock"), (s["packLock"] != "noPack", "packMissing"),
                            *self.holds(either, p["pack"]))
        if command == "verifyPack":
            return first_of((s["packLock"] == "locked", "interlock"), *self.holds(VEHICLE, p["pack"]))
        if command == "lowerVehicle":
            return first_of((s["vehicleLift"] != "down" and s["packLock"] in ("locked", "noPack"), "interlock"), table_down)
        if command == "release":
            done = s["clamps"] == "open" and s["exitLight"] == "green"
            return first_of((s["vehicleLift"] == "down" and not done, "interlock"), table_down)
        if command == "exchange":
            return self.refuse_exchange(p["give"], p["take"])
        if command == "fetchPack":
            return first_of((berth_place(p["berth"]) not in at, "placeOccupied"))
        if command == "stowPack":
            return first_of(*self.holds(berth_place(p["berth"]), p["pack"]), (slot_place(p["slot"]) not in at, "placeOccupied"))
        if command == "connectCharger":
            return first_of(*self.holds(slot_place(p["slot"]), p["pack"]), (not self.plugged.get(str(p["slot"])), "interlock"))
        if command == "isolatePack":
            return first_of(*self.holds(p["from"], p["pack"]), (p["to"] not in at, "placeOccupied"))
        return None

    def refuse_exchange(self, give, take):
        at = self.at
        given = give is None or at.get(berth_place(give["berth"])) == give["pack"]
        taken = take is None or at.get(LIFT) == take["pack"]
        checks = [(self.sensors["packLift"] == "down", "interlock"), (not (given and taken), "interlock")]
        if not given:
            checks += [*self.holds(LIFT, give["pack"]), (berth_place(give["berth"]) not in at, "placeOccupied")]
        elif not taken:
            checks += [(LIFT not in at, "placeOccupied")]
        if not taken:
            checks += self.holds(berth_place(take["berth"]), take["pack"])
        return first_of(*checks)

    # --- motions: (share of the duration, action). An action may return a reason of failure ------------------------

    def stages(self, command, p, read, unplug):
        """`read(place)` journals a packRead. `unplug(slot)` ends charging."""
        s = lambda **sensors: lambda: self.set(**sensors)
        if command == "authorise":
            return [(1, lambda: self.handshake(p))]
        if command == "positionAndClamp":
            return [(0, s(clamps="between", exitLight="red")), (1, s(clamps="closed"))]
        if command == "liftVehicle":
            return [(0, s(vehicleLift="between")), (1, s(vehicleLift="up"))]
        if command == "unlockPack":
            return [(0, s(packLift="between")), (0.4, s(packLift="up", packLock="between")), (1, s(packLock="unlocked"))]
        if command == "lowerPack":
            def loose():
                if VEHICLE in self.at:
                    self.move(VEHICLE, LIFT)
                self.set(packLock="noPack")
            return [(0, s(packLift="between")), (0.2, loose), (1, s(packLift="down")), (1, lambda: self.read_as(read, LIFT, p["pack"]))]
        if command == "raisePack":
            return [(0, s(packLift="between")), (1, s(packLift="up", packLock="unlocked"))]
        if command == "lockPack":
            def locked():
                if LIFT in self.at:
                    self.move(LIFT, VEHICLE)
                self.set(packLock="locked")
                return self.read_as(read, VEHICLE, p["pack"])
            return [(0, s(packLock="between")), (0.6, locked), (0.65, s(packLift="between")), (1, s(packLift="down"))]
        if command == "lowerVehicle":
            return [(0, s(vehicleLift="between")), (1, s(vehicleLift="down"))]
        if command == "release":
            return [(1, s(clamps="open", exitLight="green"))]
        if command == "exchange":
            return self.exchange_stages(p["give"], p["take"], read)
        if command == "connectCharger":
            return [(1, lambda: self.plugged.update({str(p["slot"]): True}))]
        return self.shuttle_stages(command, p, read, unplug)

    def shuttle_stages(self, command, p, read, unplug):
        s = lambda **sensors: lambda: self.set(**sensors)
        if command == "fetchPack":
            slot, berth = slot_place(p["slot"]), berth_place(p["berth"])
            def load():
                if slot not in self.at:
                    read(slot)
                    return "packMissing"
                unplug(p["slot"])
                self.move(slot, berth)
                return self.read_as(read, berth, p["pack"])
            return [(0, s(shuttle="between")), (0.4, s(shuttle="atSlot")), (0.5, load), (0.55, s(shuttle="between")),
                    (1, s(shuttle="atLift"))]
        if command == "stowPack":
            def push():
                self.move(berth_place(p["berth"]), slot_place(p["slot"]))
                return self.read_as(read, slot_place(p["slot"]), p["pack"])
            return [(0, s(shuttle="between")), (0.6, s(shuttle="atSlot")), (0.9, push)]
        if command == "isolatePack":
            def put():
                if p["from"].startswith("slot/"):
                    unplug(int(p["from"].split("/")[1]))
                self.move(p["from"], p["to"])
                return self.read_as(read, p["to"], p["pack"])
            return [(0, s(shuttle="between")), (0.7, put), (1, s(shuttle="atSlot"))]
        return []

    def exchange_stages(self, give, take, read):
        stages = [(0, lambda: self.set(shuttle="atLift"))]
        if give:
            def hand_over():
                if self.at.get(berth_place(give["berth"])) != give["pack"]:
                    self.move(LIFT, berth_place(give["berth"]))
                return self.read_as(read, berth_place(give["berth"]), give["pack"])
            stages.append((0.5, hand_over))
        if take:
            def take_over():
                if self.at.get(LIFT) != take["pack"]:
                    self.move(berth_place(take["berth"]), LIFT)
                return self.read_as(read, LIFT, take["pack"])
            stages.append((0.95, take_over))
        return stages

    def read_as(self, read, place, wanted):
        found = read(place)
        return None if found == wanted else "packMissing" if found is None else "wrongPack"

    def handshake(self, p):
        car = self.car
        return first_of((car["vin"] == p["vin"], "vehicleAbsent"), (car["parked"], "notParked"), (car["hvOff"], "hvNotOff"),
                        (car["consent"], "noConsent"))
