// The reference pathway as a good programmer would write it in C++ by hand: one event queue, plain structs, no
// framework. Usage: hand_written DAYS SEED RUNS [LOG]
//
// Prints one line a run: patients, processor seconds, wall seconds. What is timed is what the others are timed for:
// arrivals drawn, the run, and the log of (time in minutes, patient, what) in memory. If LOG is given, the log of the
// last run is written there afterwards, as packed rows.

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <queue>
#include <random>
#include <vector>

namespace {

constexpr double kMinutesADay = 1440.0;
constexpr int kLevels = 3;

enum What : int32_t { kArrival, kSeen, kBed, kEnd };

struct Row {
    double time;
    int32_t patient;
    int32_t what;
};
static_assert(sizeof(Row) == 16, "the log is read as packed rows");

enum class Kind : int32_t { kArrives, kTriaged, kAssessed, kStayEnds, kStepDownEnds };

struct Event {
    double time;
    int64_t ticket;  // events of one instant happen in the order in which they were scheduled
    int32_t patient;
    Kind kind;
    bool operator<(const Event& other) const {  // the queue's top is its largest: the earliest event
        return time != other.time ? time > other.time : ticket > other.ticket;
    }
};

// Units, and who waits for them: the lowest level first, in order of coming within a level.
class Pool {
  public:
    explicit Pool(int units) : free_(units) {}
    bool seize(int32_t patient, int level) {
        if (free_ > 0) {
            --free_;
            return true;
        }
        waiting_[level].push_back(patient);
        return false;
    }
    // Gives a unit back; returns whoever is given it at once, or -1.
    int32_t release() {
        for (auto& line : waiting_) {
            if (!line.empty()) {
                const int32_t next = line.front();
                line.pop_front();
                return next;
            }
        }
        ++free_;
        return -1;
    }

  private:
    int free_;
    std::deque<int32_t> waiting_[kLevels];
};

class Simulation {
  public:
    Simulation(int days, uint64_t seed) : until_(days * kMinutesADay), random_(seed) {
        const auto expected = static_cast<size_t>(days * 24 * 12 * 1.1) + 1000;
        level_.reserve(expected);
        log_.reserve(expected * 4);
    }

    void run() {
        schedule(exponential(60.0 / 12), -1, Kind::kArrives);
        while (!events_.empty() && events_.top().time < until_) {
            const Event event = events_.top();
            events_.pop();
            now_ = event.time;
            switch (event.kind) {
                case Kind::kArrives: arrives(); break;
                case Kind::kTriaged: triaged(event.patient); break;
                case Kind::kAssessed: assessed(event.patient); break;
                case Kind::kStayEnds: stay_ends(event.patient); break;
                case Kind::kStepDownEnds: step_down_ends(event.patient); break;
            }
        }
    }

    int patients() const { return static_cast<int>(level_.size()); }
    const std::vector<Row>& log() const { return log_; }

  private:
    void arrives() {
        schedule(exponential(60.0 / 12), -1, Kind::kArrives);
        const auto patient = static_cast<int32_t>(level_.size());
        level_.push_back(static_cast<int8_t>(uniform() * kLevels));
        note(patient, kArrival);
        if (cubicle_.seize(patient, level_[patient])) in_cubicle(patient);
    }
    void in_cubicle(int32_t patient) {
        if (nurse_.seize(patient, level_[patient])) with_nurse(patient);
    }
    void with_nurse(int32_t patient) { schedule(exponential(8), patient, Kind::kTriaged); }
    void triaged(int32_t patient) {
        note(patient, kSeen);
        if (const int32_t next = nurse_.release(); next >= 0) with_nurse(next);
        if (doctor_.seize(patient, level_[patient])) with_doctor(patient);
    }
    void with_doctor(int32_t patient) { schedule(exponential(60), patient, Kind::kAssessed); }
    void assessed(int32_t patient) {
        if (const int32_t next = doctor_.release(); next >= 0) with_doctor(next);
        if (uniform() < 0.7) {
            leave_cubicle();
            note(patient, kEnd);
        } else if (bed_.seize(patient, 0)) {
            in_bed(patient);
        }
    }
    void leave_cubicle() {
        if (const int32_t next = cubicle_.release(); next >= 0) in_cubicle(next);
    }
    void in_bed(int32_t patient) {
        leave_cubicle();
        note(patient, kBed);
        schedule(exponential(5.5 * kMinutesADay), patient, Kind::kStayEnds);
    }
    void stay_ends(int32_t patient) {
        if (uniform() < 0.25) {
            if (step_down_.seize(patient, 0)) in_step_down(patient);
        } else {
            leave_bed();
            note(patient, kEnd);
        }
    }
    void leave_bed() {
        if (const int32_t next = bed_.release(); next >= 0) in_bed(next);
    }
    void in_step_down(int32_t patient) {
        leave_bed();
        schedule(exponential(14 * kMinutesADay), patient, Kind::kStepDownEnds);
    }
    void step_down_ends(int32_t patient) {
        if (const int32_t next = step_down_.release(); next >= 0) in_step_down(next);
        note(patient, kEnd);
    }

    void note(int32_t patient, What what) { log_.push_back({now_, patient, what}); }
    void schedule(double delay, int32_t patient, Kind kind) {
        events_.push({now_ + delay, ticket_++, patient, kind});
    }
    double uniform() { return static_cast<double>(random_() >> 11) * 0x1p-53; }                // [0, 1)
    double exponential(double mean) { return -mean * std::log(1.0 - uniform()); }  // 1 - u is never 0

    double until_;
    double now_ = 0;
    int64_t ticket_ = 0;
    std::mt19937_64 random_;
    std::priority_queue<Event> events_;
    std::vector<int8_t> level_;
    std::vector<Row> log_;
    Pool cubicle_{30}, nurse_{4}, doctor_{15}, bed_{540}, step_down_{330};
};

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

int main(int count, char** given) {
    if (count < 4) {
        std::fprintf(stderr, "usage: hand_written DAYS SEED RUNS [LOG]\n");
        return 2;
    }
    const int days = std::atoi(given[1]);
    const uint64_t seed = std::strtoull(given[2], nullptr, 10);
    const int runs = std::atoi(given[3]);
    for (int run = 0; run < runs; ++run) {
        const auto began = std::chrono::steady_clock::now();
        const double cpu = processor_seconds();
        Simulation simulation(days, seed + static_cast<uint64_t>(run));
        simulation.run();
        const double used = processor_seconds() - cpu;
        const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - began;
        std::printf("%d %.6f %.6f\n", simulation.patients(), used, wall.count());
        if (count > 4 && run == runs - 1) {
            std::FILE* file = std::fopen(given[4], "wb");
            if (file == nullptr) return 1;
            const auto& log = simulation.log();
            const size_t written = std::fwrite(log.data(), sizeof(Row), log.size(), file);
            if (std::fclose(file) != 0 || written != log.size()) return 1;
        }
    }
    return 0;
}
