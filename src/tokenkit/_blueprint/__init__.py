"""What a plan means on a chain: contracts to create, acts to send, and what the chain must then answer.

The same expectations tell a deployment which act is done already, and a verification what differs.
"""
