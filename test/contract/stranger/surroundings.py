"""What happens by itself: charging (section 11 of the contract) and taxis (section 6.2)."""
import random

from equipment import AT_REST, BAY, CAPACITY_WH, VEHICLE, serial_of, slot_place

READY_PCT, FULL_PCT, SLOT_W, STATION_W = 90.0, 95.0, 60_000, 400_000


class Surroundings:
    # --- charging, section 11 --------------------------------------------------------------------------------------

    def occupied_slots(self):
        at = self.equipment.at
        return [(n, at[slot_place(n)]) for n in range(1, self.options.slots + 1) if slot_place(n) in at]

    def limit(self, slot):
        hardware = STATION_W if slot is None else SLOT_W
        return min(hardware, self.fact("limits").get("station" if slot is None else str(slot), hardware))

    def slot_power(self, slot):
        if slot not in self.charging:
            return 0
        wanted = sum(self.limit(n) for n in self.charging)
        return self.limit(slot) * min(1.0, self.limit(None) / wanted) if wanted else 0

    def register(self, slot):
        return int(self.registers.get(str(slot), 0))

    def consider_charging(self, slot):
        code = self.equipment.at.get(slot_place(slot))
        if not code or not self.equipment.plugged.get(str(slot)) or slot in self.charging:
            return
        if self.equipment.soc(code) >= FULL_PCT or (slot in self.fact("ready") and self.equipment.soc(code) >= READY_PCT):
            self.set_ready(slot, True)
        elif self.limit(slot) > 0 and self.limit(None) > 0:
            self.charge()
            self.set_ready(slot, False)
            self.charging.add(slot)
            body = {"slot": slot, "pack": code, "registerWh": self.register(slot), "reading": self.equipment.reading(code)}
            self.journal("chargeStarted", body, facts={"charging": sorted(self.charging), "registers": self.registers})

    def end_charge(self, slot, reason):
        self.charging.discard(slot)
        if slot not in self.fact("charging", []):
            return
        code = self.equipment.at[slot_place(slot)]
        reading = self.equipment.reading(code)
        body = {"slot": slot, "pack": code, "registerWh": self.register(slot), "reason": reason, "reading": reading}
        self.journal("chargeEnded", body, facts={"charging": sorted(set(self.fact("charging")) - {slot}), "registers": self.registers})

    def set_ready(self, slot, ready):
        now = set(self.fact("ready"))
        if (slot in now) == ready:
            return
        facts = {"ready": sorted(now | {slot} if ready else now - {slot})}
        if not ready:
            self.memory.write(facts=facts)
            return
        code = self.equipment.at[slot_place(slot)]
        body = {"slot": slot, "pack": code, "registerWh": self.register(slot), "reading": self.equipment.reading(code)}
        self.journal("packReady", body, facts=facts)

    def charge(self):
        hours = (self.clock.at_ms() - self.charged_to_ms) / 3_600_000
        self.charged_to_ms = self.clock.at_ms()
        if not self.charging:
            return
        power = {slot: self.slot_power(slot) for slot in self.charging}
        for slot, watts in power.items():
            code = self.equipment.at[slot_place(slot)]
            energy = self.equipment.energy_wh
            energy[code] = min(CAPACITY_WH, energy[code] + watts * hours * 0.95)
            self.registers[str(slot)] = self.registers.get(str(slot), 0) + watts * hours
        for slot in power:
            soc = self.equipment.soc(self.equipment.at[slot_place(slot)])
            if soc >= READY_PCT:
                self.set_ready(slot, True)
            if soc >= FULL_PCT:
                self.end_charge(slot, "full")
            elif self.limit(slot) == 0 or self.limit(None) == 0:
                self.end_charge(slot, "stopped")

    # --- taxis -----------------------------------------------------------------------------------------------------

    def expect_taxi(self):
        if self.fact("taxis", 0) < self.options.taxis:
            self.clock.after_equipment(self.options.gap_s * 1000, self.taxi_enters)

    def taxi_enters(self):
        rest = {**AT_REST, "shuttle": self.equipment.sensors["shuttle"], "exitLight": "red"}
        if self.equipment.car or self.equipment.sensors != rest or self.fact("safety") != "ready":
            self.clock.after_equipment(5000, self.taxi_enters)
            return
        count = self.fact("taxis", 0) + 1
        self.journal("vehicleEntered", {"bay": BAY}, facts={"taxis": count})
        self.clock.after_equipment(9000, lambda: self.taxi_stops(count))

    def taxi_stops(self, count):
        serial = serial_of(self.options.station)
        code = f"TAXPB54{serial}F71{count:07d}"
        vin = f"LST{serial}{count:07d}"
        self.equipment.car_stops(vin, code, random.uniform(8, 30))
        self.announce()

    def announce(self):
        body = {"bay": BAY, "vehicle": self.equipment.identity()}
        self.journal("vehicleInPosition", body, facts={"announced": self.equipment.car["vin"], "read": {**self.fact("read"), VEHICLE: body["vehicle"]["pack"]}})

    def drive_out(self):
        if not self.equipment.car or not self.equipment.released:
            return
        self.equipment.car_leaves()
        self.journal("vehicleLeft", {"bay": BAY, "early": False}, facts={"announced": None, "read": {**self.fact("read"), VEHICLE: None}})
        self.expect_taxi()
