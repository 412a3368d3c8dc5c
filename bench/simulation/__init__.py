"""What a pool of many nodes needs: a model on paper, two simulations, and the costs they use."""
