"""The app's pages. They talk to `flow` alone and hold no rules of their own.

- pages: `ask`, `facilitate`, `explore`, `contribute`, `experience` (reached by links), `about`
- what they share: `resources` (open communities), `components`, `safe_text`, `links`
"""
