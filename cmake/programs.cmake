# The executable, its names, its module, and the files that it carries.
file(GLOB_RECURSE COMMAND_SOURCES CONFIGURE_DEPENDS commands/*.cpp)
add_library(agentnet_commands STATIC ${COMMAND_SOURCES})
target_link_libraries(agentnet_commands PUBLIC agentnet_core)

# Files as string constants: a raw literal each, so the file is the only source.
set(EMBEDDED_CPP ${CMAKE_BINARY_DIR}/generated/embedded.cpp)
set(EMBEDDED_TEXT "#include \"cli/embedded.hpp\"\nnamespace agentnet::cli {\n")
foreach(PAIR
    bash_completion=completions/agentnet.bash
    zsh_completion=completions/agentnet.zsh
    fish_completion=completions/agentnet.fish
    differences=tests/vectors/differences.json)
  string(REGEX MATCH "^([a-z_]+)=(.*)$" UNUSED ${PAIR})
  set(NAME ${CMAKE_MATCH_1})
  set(FILE ${CMAKE_MATCH_2})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${FILE})
  file(READ ${FILE} CONTENT)
  string(APPEND EMBEDDED_TEXT
    "std::string_view embedded_${NAME}() {\n  return R\"EMBEDDED(${CONTENT})EMBEDDED\";\n}\n")
endforeach()
string(APPEND EMBEDDED_TEXT "}  // namespace agentnet::cli\n")
file(GENERATE OUTPUT ${EMBEDDED_CPP} CONTENT "${EMBEDDED_TEXT}")

file(GLOB CLI_SOURCES CONFIGURE_DEPENDS cli/*.cpp)
add_executable(agentnet ${CLI_SOURCES} ${EMBEDDED_CPP})
target_link_libraries(agentnet PRIVATE agentnet_commands)
set_target_properties(agentnet PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${AGENTNET_BIN})
if(NOT AGENTNET_SANITIZE)
  target_link_options(agentnet PRIVATE -pie -static-libstdc++ -static-libgcc -Wl,--exclude-libs,ALL -Wl,--as-needed)
endif()
if(CMAKE_BUILD_TYPE STREQUAL Release)
  target_link_options(agentnet PRIVATE -s -Wl,--gc-sections)
endif()
foreach(NAME sbn snapchore paybond)
  add_custom_command(TARGET agentnet POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E create_symlink agentnet ${AGENTNET_BIN}/${NAME})
endforeach()

# --jq: loaded when first used, since libjq has no archive.
add_library(agentnet-jq MODULE cli/jq_module.c)
target_include_directories(agentnet-jq PRIVATE ${CMAKE_SOURCE_DIR})
target_compile_options(agentnet-jq PRIVATE -Wall -Wextra -Wshadow -Werror)
target_link_libraries(agentnet-jq PRIVATE jq)
set_target_properties(agentnet-jq PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${AGENTNET_BIN})

# The HTTP client: loaded when first used, since libcurl has no usable archive.
add_library(agentnet-curl MODULE core/http/curl_module.c)
target_include_directories(agentnet-curl PRIVATE ${CMAKE_SOURCE_DIR})
target_compile_options(agentnet-curl PRIVATE -Wall -Wextra -Wshadow -Werror)
target_link_libraries(agentnet-curl PRIVATE curl)
set_target_properties(agentnet-curl PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${AGENTNET_BIN})

# The modules are hardened like the binary.
if(NOT AGENTNET_SANITIZE)
  foreach(MODULE agentnet-jq agentnet-curl)
    target_compile_options(${MODULE} PRIVATE -fstack-protector-strong -fcf-protection)
    target_link_options(${MODULE} PRIVATE -Wl,-z,relro,-z,now,-z,noexecstack)
    if(CMAKE_BUILD_TYPE STREQUAL Release)
      target_compile_options(${MODULE} PRIVATE -D_FORTIFY_SOURCE=2)
    endif()
  endforeach()
endif()

include(GNUInstallDirs)
install(TARGETS agentnet RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS agentnet-jq agentnet-curl LIBRARY DESTINATION lib/agentnet)
install(DIRECTORY man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1")
install(DIRECTORY man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man5 FILES_MATCHING PATTERN "*.5")
install(DIRECTORY man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man7 FILES_MATCHING PATTERN "*.7")
install(FILES completions/agentnet.bash DESTINATION share/bash-completion/completions RENAME agentnet)
install(FILES completions/agentnet.zsh DESTINATION share/zsh/site-functions RENAME _agentnet)
install(FILES completions/agentnet.fish DESTINATION share/fish/vendor_completions.d)
