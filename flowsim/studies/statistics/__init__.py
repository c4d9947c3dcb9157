"""What a set of replications allows to be said, and how sure it is: one question a module.

Every function takes figures, one a replication, and knows nothing of where they came from. Replications are paired by
their place: the i-th of every scenario had the same patients. Every answer says itself in words, in a unit.
"""
