"""What people ask again and again, answered once: questions and answers, and the words of each code for reading on.

The page *Help* gathers them, beside `claims/rules/texts/` and `claims/rules/order.py`, which have those of rules.
"""
