"""What operations cost in gas, beside OpenZeppelin's ERC-20, and the bounds they must keep."""
