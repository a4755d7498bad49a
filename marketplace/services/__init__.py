"""Use cases. Every table is known before the first query is made: a prepared query looks at all of them."""

from marketplace.models import registry as registry
