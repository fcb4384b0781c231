import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator

from nnlib.estimators import NeuralNetworkClassifier, NeuralNetworkRegressor

CHECKS = [
    pytest.param(estimator, check, id=f"{type(estimator).__name__}-{check.func.__name__}")
    for unfitted in (NeuralNetworkClassifier(), NeuralNetworkRegressor())
    for estimator, check in estimator_checks_generator(unfitted)
    if check.func.__name__ != "check_array_api_input"  # only numpy and pandas are promised
]


@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_keeps_the_contract_of_scikit_learn(estimator, check):
    check(estimator)
