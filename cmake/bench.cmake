# The micro benchmark: built on demand with `cmake --build build --target agentnet_bench`.
add_executable(agentnet_bench EXCLUDE_FROM_ALL tests/bench/canonical_bench.cpp)
target_link_libraries(agentnet_bench PRIVATE agentnet_core)
set_target_properties(agentnet_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${AGENTNET_BIN})
