"""A community's experiences as topics: groups, labels and a map to look at."""

from pipeline.topics.topic_map import TOPICS_VERSION, TopicMap, map_topics

__all__ = ["TOPICS_VERSION", "TopicMap", "map_topics"]
