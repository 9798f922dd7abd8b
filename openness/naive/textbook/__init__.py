"""What a statistical package gives: multiple imputation, a principal component, a factor."""
