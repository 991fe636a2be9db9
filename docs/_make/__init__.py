"""Makes the site of the documentation: ``python -m docs._make`` (``make site``).

Two trees of Markdown are put together below ``build/site-src``, one a language: what is
written (``docs``, README, CONTRIBUTING and the like) with its links brought to where its
pages lie, and what is made (rules, formats, figures, API, architecture). MkDocs with the
theme Material builds each strictly, so that a link that leads nowhere fails.
"""
