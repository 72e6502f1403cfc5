# What `cmake --install` puts where. Everything is found from where the programs lie, so that a prefix can be moved, and the
# data lie to each other as in the source. ci/packaging/cpack.cmake makes packages of the same.
set(share ${CMAKE_INSTALL_DATADIR}/twilio-sim)
set(private ${CMAKE_INSTALL_LIBDIR}/twilio-sim/preload) # sim/base/preload_way.c looks there
set(made ${CMAKE_BINARY_DIR}/printed)

install(TARGETS twilio-sim otp-harness RUNTIME)
install(TARGETS twilio-sim-preload LIBRARY DESTINATION ${private}
  PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
install(TARGETS twilio-sim-preload-probe RUNTIME DESTINATION ${private})
install(DIRECTORY scenarios DESTINATION ${share})
install(DIRECTORY fixtures/small fixtures/backend DESTINATION ${share}/fixtures
  PATTERN node_modules EXCLUDE PATTERN *.test.js EXCLUDE PATTERN __pycache__ EXCLUDE PATTERN otp-report EXCLUDE PATTERN .gitignore EXCLUDE)
install(FILES README.md ci/packaging/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/twilio-sim)

# printed(program form): what the program itself prints for other tools, in build/printed/FORM/NAME.
function(printed program form name)
  set(out ${made}/${form}/${name})
  add_custom_command(OUTPUT ${out} DEPENDS ${program}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${made}/${form}
    COMMAND ${program} print ${form} > ${out}.new
    COMMAND ${CMAKE_COMMAND} -E rename ${out}.new ${out})
  set_property(GLOBAL APPEND PROPERTY printed_files ${out})
endfunction()

function(zipped path)
  get_filename_component(name ${path} NAME)
  add_custom_command(OUTPUT ${made}/${name}.gz DEPENDS ${path} COMMAND gzip -9nc ${path} > ${made}/${name}.gz)
  set_property(GLOBAL APPEND PROPERTY printed_files ${made}/${name}.gz)
endfunction()

foreach(program twilio-sim otp-harness)
  printed(${program} man ${program}.1)
  printed(${program} bash ${program})
  printed(${program} zsh _${program})
  printed(${program} fish ${program}.fish)
  zipped(${made}/man/${program}.1)
endforeach()
zipped(${CMAKE_SOURCE_DIR}/ci/packaging/changelog)
get_property(printed_files GLOBAL PROPERTY printed_files)
if(NOT SANITIZE) # only what can be installed
  add_custom_target(print_texts ALL DEPENDS ${printed_files})
endif()
install(FILES ${made}/twilio-sim.1.gz ${made}/otp-harness.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${made}/changelog.gz DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/twilio-sim)
install(DIRECTORY ${made}/bash/ DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(DIRECTORY ${made}/zsh/ DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(DIRECTORY ${made}/fish/ DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
