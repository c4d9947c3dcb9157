# The reference pathway in simmer. Usage: Rscript by_simmer.R DAYS SEED LOG.csv
# Prints patients, processor seconds and wall seconds; then writes the log: time in minutes, patient, what.

suppressPackageStartupMessages(library(simmer))

given <- commandArgs(trailingOnly = TRUE)
days <- as.numeric(given[1])
seed <- as.integer(given[2])
minutes_a_day <- 1440

# A mark is an attribute whose value is of no interest: simmer's monitor keeps when it was set, and by whom.
step_down <- trajectory() |>
  seize("step_down") |>
  release("bed") |>
  timeout(function() rexp(1, 1 / (14 * minutes_a_day))) |>
  release("step_down") |>
  set_attribute("end", 1)

discharge <- trajectory() |>
  release("bed") |>
  set_attribute("end", 1)

ward <- trajectory() |>
  # For a bed and a step-down place all wait in one line.
  set_prioritization(c(0, -1, -1)) |>
  seize("bed") |>
  release("cubicle") |>
  set_attribute("bed", 1) |>
  timeout(function() rexp(1, 1 / (5.5 * minutes_a_day))) |>
  branch(function() if (runif(1) < 0.25) 1 else 2, continue = FALSE, step_down, discharge)

home <- trajectory() |>
  release("cubicle") |>
  set_attribute("end", 1)

patient <- trajectory() |>
  set_attribute("arrival", 1) |>
  seize("cubicle") |>
  seize("nurse") |>
  timeout(function() rexp(1, 1 / 8)) |>
  release("nurse") |>
  set_attribute("seen", 1) |>
  seize("doctor") |>
  timeout(function() rexp(1, 1 / 60)) |>
  release("doctor") |>
  branch(function() if (runif(1) < 0.7) 1 else 2, continue = FALSE, home, ward)

run <- function() {
  set.seed(seed)
  env <- simmer() |>
    add_resource("cubicle", 30, mon = FALSE) |>
    add_resource("nurse", 4, mon = FALSE) |>
    add_resource("doctor", 15, mon = FALSE) |>
    add_resource("bed", 540, mon = FALSE) |>
    add_resource("step_down", 330, mon = FALSE)
  # simmer serves the higher number first.
  for (level in 0:2) {
    env <- add_generator(
      env, paste0("level", level, "_"), patient, function() rexp(1, 4 / 60),
      mon = 2, priority = 2 - level
    )
  }
  simmer::run(env, until = days * minutes_a_day)
  list(marks = get_mon_attributes(env), env = env)
}

took <- system.time(found <- run())
marks <- found$marks
cat(sum(marks$key == "arrival"), took[["user.self"]] + took[["sys.self"]], took[["elapsed"]], "\n")
rows <- data.frame(
  time = sprintf("%.9f", marks$time),
  patient = as.integer(factor(marks$name)) - 1L,
  what = marks$key
)
write.csv(rows, given[3], row.names = FALSE, quote = FALSE)
