"""Non-volatile memory: one file of JSON lines. A line is durable as a whole, so everything in it becomes true in one step."""
import json
import os


class Memory:
    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        self.path = os.path.join(folder, "memory.jsonl")
        self.facts = {}
        self.commands = {}
        self.records = {}
        self.last_seq = 0
        if os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as lines:
                for line in lines:
                    if line.endswith("\n"):
                        self.apply(json.loads(line))
        self.file = None
        self.compact()

    def apply(self, change):
        self.facts.update(change.get("facts", {}))
        self.commands.update(change.get("commands", {}))
        for key in change.get("forget", []):
            self.commands.pop(key, None)
        for record in change.get("records", []):
            self.records[record["seq"]] = record
            self.last_seq = max(self.last_seq, record["seq"])
        for seq in change.get("drop", []):
            self.records.pop(seq, None)
        self.last_seq = max(self.last_seq, change.get("last_seq", 0))

    def write(self, **change):
        self.apply(change)
        self.file.write(json.dumps(change) + "\n")
        self.file.flush()
        os.fsync(self.file.fileno())

    def compact(self):
        whole = {
            "facts": self.facts,
            "commands": self.commands,
            "records": sorted(self.records.values(), key=lambda r: r["seq"]),
            "last_seq": self.last_seq,
        }
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            file.write(json.dumps(whole) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(self.path + ".new", self.path)
        if self.file:
            self.file.close()
        self.file = open(self.path, "a", encoding="utf-8")
