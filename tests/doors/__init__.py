"""Tests of the ways in which an order comes in."""
