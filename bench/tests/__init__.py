"""Tests of the measuring itself: a load generator that lets a wrong reply pass would measure nothing."""
