"""Wall time and equipment time since boot, and work that is due later."""
import heapq
import itertools
import time


class Clock:
    def __init__(self, scale):
        self.scale, self.start = scale, time.monotonic()
        self.heap, self.count = [], itertools.count()

    def wall_s(self):
        return time.monotonic() - self.start

    def beat(self):
        return int(self.wall_s())

    def at_ms(self):
        return int(self.wall_s() * 1000 * self.scale)

    def after_wall(self, seconds, run):
        task = [self.wall_s() + seconds, next(self.count), run]
        heapq.heappush(self.heap, task)
        return task

    def after_equipment(self, ms, run):
        return self.after_wall(ms / 1000 / self.scale, run)

    @staticmethod
    def cancel(task):
        task[2] = None

    def every_wall(self, seconds, run):
        def again():
            self.after_wall(seconds, again)
            run()

        self.after_wall(seconds, again)

    def wait_s(self):
        return max(0.0, min(0.5, self.heap[0][0] - self.wall_s())) if self.heap else 0.5

    def run_due(self):
        while self.heap and self.heap[0][0] <= self.wall_s():
            run = heapq.heappop(self.heap)[2]
            if run:
                run()
