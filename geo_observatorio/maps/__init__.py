"""How a finding is drawn with Folium."""
