# The micro benchmark: built on demand with `cmake --build build --target agentnet_bench`.
add_executable(agentnet_bench EXCLUDE_FROM_ALL tests/bench/canonical_bench.cpp)
target_link_libraries(agentnet_bench PRIVATE agentnet_core)
set_target_properties(agentnet_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${AGENTNET_BIN})

# Load for the server: `cmake --build build --target seal_load`.
add_executable(seal_load EXCLUDE_FROM_ALL tests/bench/seal_load.cpp)
target_link_libraries(seal_load PRIVATE agentnet_core)
set_target_properties(seal_load PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${AGENTNET_BIN})

# The store alone: `cmake --build build --target store_bench`.
add_executable(store_bench EXCLUDE_FROM_ALL tests/bench/store_bench.cpp)
target_link_libraries(store_bench PRIVATE agentnet_core)
set_target_properties(store_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${AGENTNET_BIN})
