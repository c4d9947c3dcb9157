"""A STRESS-DES document."""
def stress_des(study, command, asked):
    return "later\n"
